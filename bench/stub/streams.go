package main

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// An endless stream ends here, so that a gateway that never stops reading cannot run on after the benchmark.
const (
	firehoseMaxBytes = 1 << 30
	firehoseMaxTime  = 60 * time.Second
	keptStreams      = 1024
)

type streamRequest struct {
	model string
	plan  streamPlan
	usage bool
}

// streamRecord is what /stats tells of one stream. Times are milliseconds since 1970.
type streamRecord struct {
	Model          string  `json:"model"`
	SentBytes      int64   `json:"sentBytes"`
	EndedAtMs      float64 `json:"endedAtMs"`
	ClosedEarly    bool    `json:"closedEarly"`
	ReachedItsCaps bool    `json:"reachedItsCaps"`
}

var records struct {
	sync.Mutex
	streams []*streamRecord
}

func (record *streamRecord) change(apply func()) {
	records.Lock()
	defer records.Unlock()
	apply()
}

func (record *streamRecord) end(closedEarly bool) {
	now := float64(time.Now().UnixMicro()) / 1000
	record.change(func() { record.EndedAtMs, record.ClosedEarly = now, closedEarly })
}

func startRecord(model string) *streamRecord {
	record := &streamRecord{Model: model}
	records.Lock()
	defer records.Unlock()
	if len(records.streams) >= keptStreams {
		records.streams = records.streams[1:]
	}
	records.streams = append(records.streams, record)
	return record
}

var bursts sync.Map // streamRequest → the whole stream, rendered once

func serveStream(w http.ResponseWriter, r *http.Request, request streamRequest) {
	switch {
	case request.plan.endless:
		serveFirehose(w, r, startRecord(request.model))
	case request.plan.interval > 0:
		servePaced(w, r, request)
	default:
		burst, found := bursts.Load(request)
		if !found {
			var whole []byte
			for _, tick := range renderTicks(request) {
				whole = append(whole, tick...)
			}
			burst, _ = bursts.LoadOrStore(request, whole)
		}
		_, _ = w.Write(burst.([]byte))
	}
}

// servePaced writes one tick every interval on a fixed schedule, the first after one interval.
func servePaced(w http.ResponseWriter, r *http.Request, request streamRequest) {
	record := startRecord(request.model)
	flusher := w.(http.Flusher)
	timer := time.NewTimer(request.plan.interval)
	defer timer.Stop()
	due := time.Now().Add(request.plan.interval)
	for _, tick := range renderTicks(request) {
		select {
		case <-r.Context().Done():
			record.end(true)
			return
		case <-timer.C:
		}
		if _, err := w.Write(tick); err != nil {
			record.end(true)
			return
		}
		flusher.Flush()
		record.change(func() { record.SentBytes += int64(len(tick)) })
		due = due.Add(request.plan.interval)
		timer.Reset(time.Until(due))
	}
	record.end(false)
}

func serveFirehose(w http.ResponseWriter, r *http.Request, record *streamRecord) {
	flusher := w.(http.Flusher)
	deadline := time.Now().Add(firehoseMaxTime)
	_ = http.NewResponseController(w).SetWriteDeadline(deadline)
	for sent := int64(0); sent < firehoseMaxBytes && time.Now().Before(deadline); {
		if _, err := w.Write(firehoseWrite); err != nil || r.Context().Err() != nil {
			record.end(true)
			return
		}
		flusher.Flush()
		sent += int64(len(firehoseWrite))
		record.change(func() { record.SentBytes = sent })
	}
	record.change(func() { record.ReachedItsCaps = true })
	record.end(false)
}

// serveStats answers GET with the count of requests and the latest streams, and forgets the streams on DELETE.
func serveStats(w http.ResponseWriter, r *http.Request) {
	records.Lock()
	defer records.Unlock()
	if r.Method == http.MethodDelete {
		records.streams = nil
	}
	streams := records.streams
	if streams == nil {
		streams = []*streamRecord{}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"requests": requests.Load(), "streams": streams})
}
