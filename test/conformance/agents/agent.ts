import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A coding agent as its users run it, told nothing of the router but base URL and key. */
export interface Agent {
  readonly name: string;
  /** npm package and version. */
  readonly packageName: string;
  readonly version: string;
  /** A script of the package that npm would run on install. */
  readonly postinstall: string | null;
  readonly bin: string;
  readonly args: (prompt: string) => readonly string[];
  /** Writes what it reads its settings from; returns its environment. */
  readonly prepare: (
    home: string,
    router: { readonly url: string; readonly key: string },
  ) => Promise<Readonly<Record<string, string>>>;
}

/** What each agent calls its model: whoever routes decides what answers. */
export const AGENT_MODEL = "agent-model";

export const AGENTS: readonly Agent[] = [
  {
    name: "Claude Code",
    packageName: "@anthropic-ai/claude-code",
    version: "2.1.329",
    postinstall: "install.cjs",
    bin: "claude",
    args: (prompt) => ["-p", prompt, "--model", AGENT_MODEL, "--allowedTools", "Bash(printf:*)"],
    prepare: async (home, { key, url }) => ({
      HOME: home,
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    }),
  },
  {
    name: "Codex",
    packageName: "@openai/codex",
    version: "0.169.0",
    postinstall: null,
    bin: "codex",
    args: (prompt) => ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", prompt],
    prepare: async (home, { key, url }) => {
      const config = `model = "${AGENT_MODEL}"
model_provider = "fairlead"

[model_providers.fairlead]
name = "fairlead"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "FAIRLEAD_KEY"
request_max_retries = 0
stream_max_retries = 0
`;
      await writeFile(join(home, "config.toml"), config);
      return { HOME: home, CODEX_HOME: home, FAIRLEAD_KEY: key };
    },
  },
  {
    name: "Gemini CLI",
    packageName: "@google/gemini-cli",
    version: "0.61.0",
    postinstall: null,
    bin: "gemini",
    args: (prompt) => ["-p", prompt, "-m", AGENT_MODEL, "--approval-mode", "yolo", "--skip-trust"],
    prepare: async (home, { key, url }) => {
      await mkdir(join(home, ".gemini"), { recursive: true });
      const settings = {
        security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
        telemetry: { enabled: false },
      };
      await writeFile(join(home, ".gemini", "settings.json"), JSON.stringify(settings));
      return { HOME: home, GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url };
    },
  },
];
