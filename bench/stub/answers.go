package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// streamPlan says how the events of a stream leave: all in one write, one a tick, or without end as fast as they are taken.
type streamPlan struct {
	events   int
	interval time.Duration
	endless  bool
}

var streamPlans = map[string]streamPlan{
	"bench-burst":     {events: 200},
	"bench-paced-20":  {events: 200, interval: 20 * time.Millisecond},
	"bench-paced-100": {events: 100, interval: 100 * time.Millisecond},
	"bench-firehose":  {endless: true},
}

var jsonAnswers = map[string][]byte{
	"bench-json-1k":  jsonAnswer("bench-json-1k", 1_100),
	"bench-json-32k": jsonAnswer("bench-json-32k", 32_000),
}

const prose = "A fairlead guides a line where the work needs it, with as little friction as it can. \"Quoted\" words and\nnew lines are escaped on the wire. "

// jsonAnswer is a whole chat completion of about size bytes.
func jsonAnswer(model string, size int) []byte {
	render := func(content string) []byte {
		text, _ := json.Marshal(content)
		return []byte(fmt.Sprintf(`{"id":"chatcmpl-bench0000000000000000000000","object":"chat.completion","created":1793318400,"model":"%s","choices":[{"index":0,"message":{"role":"assistant","content":%s,"refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":%s,"service_tier":"default","system_fingerprint":"fp_bench00000"}`,
			model, text, usageObject))
	}
	content := prose
	for len(render(content+prose)) <= size {
		content += prose
	}
	return render(content + strings.Repeat("x", max(0, size-len(render(content)))))
}

const usageObject = `{"prompt_tokens":256,"completion_tokens":199,"total_tokens":455,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}`

// renderEvent is one SSE event of about 235 bytes.
func renderEvent(model, delta, finish string) []byte {
	return []byte(fmt.Sprintf(`data: {"id":"chatcmpl-bench0000","object":"chat.completion.chunk","created":1793318400,"model":"%s","system_fingerprint":"fp_bench00","choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}]}`+"\n\n",
		model, delta, finish))
}

// renderTicks cuts a stream into what is written together: the role rides with the first words, the finish reason, the
// usage and the terminator leave together, and every other event leaves alone. A stream of n ticks has n+1 events, its usage and its terminator not counted.
func renderTicks(request streamRequest) [][]byte {
	ticks := make([][]byte, 0, request.plan.events)
	for index := 0; index < request.plan.events-1; index++ {
		var tick []byte
		if index == 0 {
			tick = renderEvent(request.model, `{"role":"assistant","content":"","refusal":null}`, "null")
		}
		ticks = append(ticks, append(tick, renderEvent(request.model, fmt.Sprintf(`{"content":" word%03d"}`, index), "null")...))
	}
	last := renderEvent(request.model, "{}", `"stop"`)
	if request.usage {
		last = append(last, fmt.Sprintf(`data: {"id":"chatcmpl-bench0000","object":"chat.completion.chunk","created":1793318400,"model":"%s","system_fingerprint":"fp_bench00","choices":[],"usage":%s}`+"\n\n", request.model, usageObject)...)
	}
	return append(ticks, append(last, "data: [DONE]\n\n"...))
}

// firehoseWrite is 16 KB and more of content events: what one write of the endless stream carries.
var firehoseWrite = bytes.Repeat(renderEvent("bench-firehose", `{"content":" and on"}`, "null"), 70)
