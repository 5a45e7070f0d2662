import type { Catalogue } from "../core/policy/catalogue.ts";
import type { DialectName } from "../core/policy/compiled.ts";
import { selfHosted } from "./row.ts";

const ALL_OF_OPENAI_AND_ANTHROPIC: readonly DialectName[] = ["openai-completions", "openai-responses", "anthropic-messages"];

/** Servers that anyone runs: the base URL is where they listen unless told otherwise, models are what their operator loaded. */
export const SELF_HOSTED: Catalogue = {
  ollama: selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:11434/v1",
    alsoSpeaks: ALL_OF_OPENAI_AND_ANTHROPIC,
    family: "ollama",
    docs: "https://docs.ollama.com/api/openai-compatibility",
    asOf: "2026-08",
  }),
  // A credential only when started with --api-key.
  vllm: selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:8000/v1",
    alsoSpeaks: ALL_OF_OPENAI_AND_ANTHROPIC,
    family: "vllm",
    docs: "https://docs.vllm.ai/en/stable/serving/online_serving.html",
    asOf: "2026-08",
  }),
  sglang: selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:30000/v1",
    alsoSpeaks: ["openai-completions"],
    family: "sglang",
    docs: "https://docs.sglang.ai/basic_usage/openai_api.html",
    asOf: "2026-08",
  }),
  lmstudio: selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:1234/v1",
    alsoSpeaks: ALL_OF_OPENAI_AND_ANTHROPIC,
    family: "lmstudio",
    docs: "https://lmstudio.ai/docs/developer/openai-compat",
    asOf: "2026-04",
  }),
  "llama-cpp": selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:8080/v1",
    alsoSpeaks: ALL_OF_OPENAI_AND_ANTHROPIC,
    family: "llama-cpp",
    docs: "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
    asOf: "2026-08",
  }),
  tgi: selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:8080/v1",
    family: "tgi",
    docs: "https://huggingface.co/docs/text-generation-inference/messages_api",
    asOf: "2026-08",
  }),
  "litellm-proxy": selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:4000/v1",
    alsoSpeaks: ALL_OF_OPENAI_AND_ANTHROPIC,
    family: "litellm-proxy",
    docs: "https://docs.litellm.ai/docs/proxy/user_keys",
    asOf: "2026-11",
  }),
  localai: selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:8080/v1",
    alsoSpeaks: ALL_OF_OPENAI_AND_ANTHROPIC,
    family: "localai",
    docs: "https://localai.io/features/text-generation/",
    asOf: "2026-08",
  }),
  xinference: selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:9997/v1",
    family: "xinference",
    docs: "https://inference.readthedocs.io/en/latest/getting_started/using_xinference.html",
    asOf: "2026-08",
  }),
  lemonade: selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:8000/api/v1",
    family: "lemonade",
    docs: "https://lemonade-server.ai/docs/server/server_spec/",
    asOf: "2026-11",
  }),
  "docker-model-runner": selfHosted("openai-chat", {
    baseUrl: "http://127.0.0.1:12434/engines/v1",
    family: "docker-model-runner",
    docs: "https://docs.docker.com/ai/model-runner/api-reference/",
    asOf: "2026-08",
  }),
};
