// Command stub is the upstream of the benchmark: an OpenAI-shaped server of fixed answers that reads every request
// body to its end. The model's name chooses the behaviour, because gateways strip headers. It ends when its standard
// input closes, so it cannot outlive the benchmark. Go sets TCP_NODELAY on every connection.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
)

var requests atomic.Int64

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// ask is what of a request chooses the answer.
type ask struct {
	model  string
	stream bool
	usage  bool
}

func readAsk(r *http.Request) (ask, error) {
	buffer := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(buffer)
	buffer.Reset()
	if _, err := io.Copy(buffer, r.Body); err != nil {
		return ask{}, err
	}
	body := buffer.Bytes()
	return ask{
		model:  stringField(body, "model"),
		stream: fieldIsTrue(body, "stream"),
		usage:  fieldIsTrue(body, "include_usage"),
	}, nil
}

// stringField finds a field without parsing: a parser here would cost more than the gateways under test.
func stringField(body []byte, name string) string {
	rest, found := afterName(body, name)
	if !found || len(rest) == 0 || rest[0] != '"' {
		return ""
	}
	end := bytes.IndexByte(rest[1:], '"')
	if end < 0 {
		return ""
	}
	return string(rest[1 : 1+end])
}

func fieldIsTrue(body []byte, name string) bool {
	rest, found := afterName(body, name)
	return found && bytes.HasPrefix(rest, []byte("true"))
}

func afterName(body []byte, name string) ([]byte, bool) {
	key := []byte(`"` + name + `"`)
	at := bytes.Index(body, key)
	if at < 0 {
		return nil, false
	}
	return bytes.TrimLeft(body[at+len(key):], ": \t\r\n"), true
}

func complete(w http.ResponseWriter, r *http.Request) {
	requests.Add(1)
	asked, err := readAsk(r)
	if err != nil {
		refuse(w, "the request body ended early")
		return
	}
	if answer, found := jsonAnswers[asked.model]; found && !asked.stream {
		w.Header()["Content-Type"] = []string{"application/json"}
		_, _ = w.Write(answer)
		return
	}
	if plan, found := streamPlans[asked.model]; found && asked.stream {
		w.Header()["Content-Type"] = []string{"text/event-stream; charset=utf-8"}
		serveStream(w, r, streamRequest{model: asked.model, plan: plan, usage: asked.usage})
		return
	}
	refuse(w, fmt.Sprintf("no behaviour for model %q with stream %t", asked.model, asked.stream))
}

func refuse(w http.ResponseWriter, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, `{"error":{"message":%q,"type":"invalid_request_error","param":null,"code":null}}`, message)
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	routes := http.NewServeMux()
	routes.HandleFunc("/v1/chat/completions", complete)
	routes.HandleFunc("/v1/messages", complete)
	routes.HandleFunc("/stats", serveStats)
	fmt.Printf("listening on %s\n", listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Fprintln(os.Stderr, http.Serve(listener, routes))
	os.Exit(1)
}
