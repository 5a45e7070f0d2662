// Command streams opens many streams at once over raw sockets and tells how each arrived: its first byte, how many
// deliveries it came in, and whether it came whole. It prints one JSON object.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"sort"
	"strings"
	"time"
)

// headerFlags collects the repeated -header option.
type headerFlags []string

func (h *headerFlags) String() string { return strings.Join(*h, ", ") }

func (h *headerFlags) Set(value string) error {
	*h = append(*h, value)
	return nil
}

// summary holds medians over the streams; a stream that did not come whole counts only in Incomplete.
type summary struct {
	Complete       int      `json:"complete"`
	Incomplete     int      `json:"incomplete"`
	Problems       []string `json:"problems"`
	Events         float64  `json:"events"`
	Deliveries     float64  `json:"deliveries"`
	FirstByteMs    float64  `json:"firstByteMs"`
	FirstByteP99Ms float64  `json:"firstByteP99Ms"`
	DurationMs     float64  `json:"durationMs"`
}

func main() {
	var headers headerFlags
	target := flag.String("url", "", "where to POST")
	bodyFile := flag.String("body", "", "file with the request body")
	streams := flag.Int("streams", 1, "how many streams are open at once")
	spread := flag.Duration("spread", 0, "time over which the streams are started, so that their ticks do not fall together")
	timeout := flag.Duration("timeout", time.Minute, "when a stream is given up")
	flag.Var(&headers, "header", "a request header, name: value; repeatable")
	flag.Parse()

	address, request, err := buildRequest(*target, *bodyFile, headers)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	results := make(chan arrival, *streams)
	for index := 0; index < *streams; index++ {
		delay := *spread * time.Duration(index) / time.Duration(*streams)
		go func() {
			time.Sleep(delay)
			results <- readStream(address, request, *timeout)
		}()
	}
	arrivals := make([]arrival, 0, *streams)
	for index := 0; index < *streams; index++ {
		arrivals = append(arrivals, <-results)
	}
	_ = json.NewEncoder(os.Stdout).Encode(summarise(arrivals))
}

func buildRequest(target, bodyFile string, headers []string) (string, []byte, error) {
	parsed, err := url.Parse(target)
	if err != nil {
		return "", nil, err
	}
	body, err := os.ReadFile(bodyFile)
	if err != nil {
		return "", nil, err
	}
	lines := append([]string{fmt.Sprintf("POST %s HTTP/1.1", parsed.RequestURI()), "host: " + parsed.Host}, headers...)
	lines = append(lines, fmt.Sprintf("content-length: %d", len(body)), "", string(body))
	return parsed.Host, []byte(strings.Join(lines, "\r\n")), nil
}

func summarise(arrivals []arrival) summary {
	result := summary{Problems: []string{}}
	var events, deliveries, firstBytes, durations []float64
	for _, each := range arrivals {
		if each.problem != "" {
			result.Incomplete++
			if len(result.Problems) < 3 {
				result.Problems = append(result.Problems, each.problem)
			}
			continue
		}
		result.Complete++
		events = append(events, float64(each.events))
		deliveries = append(deliveries, float64(each.deliveries))
		firstBytes = append(firstBytes, float64(each.firstByte.Microseconds())/1000)
		durations = append(durations, float64(each.duration.Microseconds())/1000)
	}
	result.Events, result.Deliveries = quantile(events, 0.5), quantile(deliveries, 0.5)
	result.FirstByteMs, result.FirstByteP99Ms = quantile(firstBytes, 0.5), quantile(firstBytes, 0.99)
	result.DurationMs = quantile(durations, 0.5)
	return result
}

func quantile(values []float64, share float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sort.Float64s(values)
	return values[int(float64(len(values)-1)*share+0.5)]
}
