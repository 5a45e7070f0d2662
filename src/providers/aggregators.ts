import type { Catalogue } from "../core/policy/catalogue.ts";
import { imitating } from "./row.ts";

/** Who passes requests on to other providers. What a model can do depends on where they go. */
export const AGGREGATORS: Catalogue = imitating("openai-chat", {
  openrouter: {
    baseUrl: "https://openrouter.ai/api/v1",
    alsoSpeaks: ["openai-responses", "anthropic-messages"],
    docs: "https://openrouter.ai/docs/api/reference/overview",
    asOf: "2026-06",
  },
  "vercel-ai-gateway": {
    baseUrl: "https://ai-gateway.vercel.sh/v1",
    alsoSpeaks: ["anthropic-messages"],
    docs: "https://vercel.com/docs/ai-gateway/sdks-and-apis",
    asOf: "2026-06",
  },
  huggingface: {
    baseUrl: "https://router.huggingface.co/v1",
    docs: "https://huggingface.co/docs/inference-providers/en/tasks/chat-completion",
    asOf: "2026-06",
  },
  requesty: { baseUrl: "https://router.requesty.ai/v1", docs: "https://docs.requesty.ai/features/reasoning", asOf: "2026-06" },
  poe: {
    baseUrl: "https://api.poe.com/v1",
    docs: "https://creator.poe.com/docs/external-applications/openai-compatible-api",
    asOf: "2026-06",
  },
  helicone: {
    baseUrl: "https://ai-gateway.helicone.ai/v1",
    docs: "https://docs.helicone.ai/rest/ai-gateway/post-v1-chat-completions",
    asOf: "2026-06",
  },
  aihubmix: {
    baseUrl: "https://aihubmix.com/v1",
    docs: "https://docs.aihubmix.com/cn/api/unified-inference",
    asOf: "2026-06",
  },
  zenmux: { baseUrl: "https://zenmux.ai/api/v1", docs: "https://docs.zenmux.ai/guide/advanced/reasoning.html", asOf: "2026-06" },
  llmgateway: { baseUrl: "https://api.llmgateway.io/v1", docs: "https://llmgateway.io/docs", asOf: "2026-07" },
  "nano-gpt": { baseUrl: "https://nano-gpt.com/api/v1", docs: "https://docs.nano-gpt.com", asOf: "2026-07" },
  "opencode-zen": { baseUrl: "https://opencode.ai/zen/v1", docs: "https://opencode.ai/docs/zen", asOf: "2026-07" },
  "302ai": { baseUrl: "https://api.302.ai/v1", docs: "https://doc.302.ai", asOf: "2026-06" },
  fastrouter: { baseUrl: "https://go.fastrouter.ai/api/v1", docs: "https://fastrouter.ai/models", asOf: "2026-07" },
});
