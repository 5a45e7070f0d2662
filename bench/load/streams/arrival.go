package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"time"
)

// Reads closer together than this are one delivery: the network may cut a write in two.
const deliveryGap = 5 * time.Millisecond

// arrival is how one stream came; problem is empty when it came whole.
type arrival struct {
	firstByte  time.Duration // of the body, from the moment the request was sent
	duration   time.Duration
	deliveries int
	events     int
	problem    string
}

func readStream(address string, request []byte, timeout time.Duration) arrival {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return arrival{problem: err.Error()}
	}
	defer connection.Close()
	sentAt := time.Now()
	_ = connection.SetDeadline(sentAt.Add(timeout))
	if _, err := connection.Write(request); err != nil {
		return arrival{problem: err.Error()}
	}
	return receive(connection, sentAt)
}

func receive(connection io.Reader, sentAt time.Time) arrival {
	var result arrival
	var lastDelivery time.Time
	received, chunk, bodyStart := make([]byte, 0, 128<<10), make([]byte, 64<<10), -1
	for {
		count, err := connection.Read(chunk)
		now := time.Now()
		received = append(received, chunk[:count]...)
		if bodyStart < 0 {
			if end := bytes.Index(received, []byte("\r\n\r\n")); end >= 0 {
				bodyStart = end + 4
			}
		}
		if count > 0 && bodyStart >= 0 && len(received) > bodyStart {
			if result.firstByte == 0 {
				result.firstByte = now.Sub(sentAt)
			}
			if now.Sub(lastDelivery) >= deliveryGap {
				result.deliveries++
				lastDelivery = now
			}
		}
		if err == nil && !bytes.HasSuffix(received, []byte("\r\n0\r\n\r\n")) {
			continue
		}
		result.duration = now.Sub(sentAt)
		if err != nil && err != io.EOF {
			result.problem = fmt.Sprintf("%v after %d bytes", err, len(received))
			return result
		}
		result.events, result.problem = countEvents(received, bodyStart)
		return result
	}
}

// countEvents counts the data events before the terminator, or says why the stream is not whole.
func countEvents(received []byte, bodyStart int) (int, string) {
	statusLine, _, _ := bytes.Cut(received, []byte("\r\n"))
	if bodyStart < 0 || !bytes.Contains(statusLine, []byte(" 200 ")) {
		return 0, fmt.Sprintf("status line %q", statusLine)
	}
	body := received[bodyStart:]
	if bytes.Contains(bytes.ToLower(received[:bodyStart]), []byte("transfer-encoding: chunked")) {
		decoded, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(body)))
		if err != nil {
			return 0, "chunked framing: " + err.Error()
		}
		body = decoded
	}
	events := bytes.Count(body, []byte("data: {"))
	if !bytes.HasSuffix(bytes.TrimSpace(body), []byte("data: [DONE]")) {
		return events, fmt.Sprintf("no terminator after %d events", events)
	}
	return events, ""
}
