import { describe, expect, it } from "vitest";
import { mergeCounts, NO_COUNTS, usageOf } from "../../src/dialects/anthropic-messages/usage.ts";
import { readUsage as readConverse } from "../../src/dialects/bedrock-converse/read-usage.ts";
import { readOpenAiUsage } from "../../src/dialects/canonical/openai-usage.ts";
import { readUsage as readGemini } from "../../src/dialects/gemini/usage.ts";
import { readUsage as readResponses } from "../../src/dialects/openai-responses/read-usage.ts";

describe("what a provider counts apart", () => {
  it("is read of Chat Completions and of Responses", () => {
    const input = { audio_tokens: 7, image_tokens: 5, cached_tokens: 3 };
    const output = { audio_tokens: 4, reasoning_tokens: 2 };
    const parts = { audioInputTokens: 7, imageInputTokens: 5, cachedInputTokens: 3, audioOutputTokens: 4, reasoningTokens: 2 };
    const chat = { prompt_tokens: 20, completion_tokens: 9, prompt_tokens_details: input, completion_tokens_details: output };
    expect(readOpenAiUsage(chat)).toMatchObject({ inputTokens: 20, outputTokens: 9, ...parts });
    const responses = { input_tokens: 20, output_tokens: 9, input_tokens_details: input, output_tokens_details: output };
    expect(readResponses(responses)).toMatchObject({ inputTokens: 20, outputTokens: 9, ...parts });
  });

  it("is read of Gemini by modality, without what came from its cache, which has the cache's price", () => {
    const usage = readGemini({
      promptTokenCount: 100,
      cachedContentTokenCount: 40,
      candidatesTokenCount: 30,
      promptTokensDetails: [
        { modality: "TEXT", tokenCount: 20 },
        { modality: "AUDIO", tokenCount: 50 },
        { modality: "IMAGE", tokenCount: 30 },
      ],
      cacheTokensDetails: [
        { modality: "AUDIO", tokenCount: 10 },
        { modality: "IMAGE", tokenCount: 30 },
      ],
      candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 25 }],
    });
    expect(usage).toEqual({
      inputTokens: 100,
      cachedInputTokens: 40,
      cacheWriteTokens: 0,
      outputTokens: 30,
      reasoningTokens: 0,
      audioInputTokens: 40,
      imageOutputTokens: 25,
      estimated: false,
    });
  });

  it("is read of Messages and of Converse: what is kept in the cache for an hour", () => {
    const written = { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 30 };
    const counts = mergeCounts(NO_COUNTS, {
      input_tokens: 5,
      cache_creation_input_tokens: 40,
      output_tokens: 1,
      cache_creation: written,
    });
    const hour = { inputTokens: 45, cacheWriteTokens: 40, cacheWriteHourTokens: 30 };
    // The last event of a stream says nothing of it, and takes nothing back.
    expect(usageOf(mergeCounts(counts, { output_tokens: 9 }))).toMatchObject({ ...hour, outputTokens: 9 });
    const cacheDetails = [
      { ttl: "5m", inputTokens: 10 },
      { ttl: "1h", inputTokens: 30 },
    ];
    expect(readConverse({ inputTokens: 5, outputTokens: 9, cacheWriteInputTokens: 40, cacheDetails })).toMatchObject(hour);
  });

  it("is nothing where the counts are none", () => {
    const odd = { prompt_tokens: 1, completion_tokens: 1, prompt_tokens_details: { audio_tokens: -4, image_tokens: "7" } };
    expect(Object.keys(readOpenAiUsage(odd) ?? {})).not.toContain("audioInputTokens");
    expect(Object.keys(readGemini({ promptTokenCount: 1, promptTokensDetails: "AUDIO" }) ?? {})).not.toContain(
      "audioInputTokens",
    );
    expect(Object.keys(readConverse({ inputTokens: 1, outputTokens: 1, cacheDetails: [null] }) ?? {})).not.toContain(
      "cacheWriteHourTokens",
    );
  });
});
