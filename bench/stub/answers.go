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
	messages bool // Anthropic's events, whatever the path: a pass-through knows no other
	interval time.Duration
	endless  bool
}

var streamPlans = map[string]streamPlan{
	"bench-burst":          {events: 200},
	"bench-messages-burst": {events: 200, messages: true},
	"bench-paced-20":       {events: 200, interval: 20 * time.Millisecond},
	"bench-paced-100":      {events: 100, interval: 100 * time.Millisecond},
	"bench-firehose":       {endless: true},
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
	if request.plan.messages {
		return renderMessages(request)
	}
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

// renderMessages is a stream of Anthropic's events, in one piece.
func renderMessages(request streamRequest) [][]byte {
	var whole bytes.Buffer
	event := func(name, data string) { fmt.Fprintf(&whole, "event: %s\ndata: %s\n\n", name, data) }
	event("message_start", fmt.Sprintf(`{"type":"message_start","message":{"id":"msg_bench0000","type":"message","role":"assistant","model":"%s","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":256,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}}`, request.model))
	event("content_block_start", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`)
	for index := 0; index < request.plan.events-1; index++ {
		event("content_block_delta", fmt.Sprintf(`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" word%03d"}}`, index))
	}
	event("content_block_stop", `{"type":"content_block_stop","index":0}`)
	event("message_delta", `{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":199}}`)
	event("message_stop", `{"type":"message_stop"}`)
	return [][]byte{whole.Bytes()}
}
