import { stableHash } from "./stable-hash.ts";

/** What a backend allows in an identifier. `pattern` matches a whole legal one; `illegal` one character that is not. */
export interface NameRule {
  readonly pattern: RegExp;
  readonly illegal: RegExp;
  readonly length: number;
}

/** OpenAI and Bedrock tool names. */
export const NAME_64: NameRule = { pattern: /^[A-Za-z0-9_-]{1,64}$/, illegal: /[^A-Za-z0-9_-]/g, length: 64 };
/** Anthropic tool names. */
export const NAME_128: NameRule = { pattern: /^[A-Za-z0-9_-]{1,128}$/, illegal: /[^A-Za-z0-9_-]/g, length: 128 };

/** Tool names under a backend's rule, and the way back. The same name always becomes the same one, so prompt caches match. */
export interface ToolNames {
  /** The name to send. */
  mangle(name: string): string;
  /** Sent name → the caller's, only where they differ. */
  readonly restored: ReadonlyMap<string, string>;
}

/** Names that are legal stay as they are; the others get their illegal characters replaced and a hash that tells them apart. */
export function createToolNames(rule: NameRule): ToolNames {
  const restored = new Map<string, string>();
  return {
    restored,
    mangle(name) {
      if (rule.pattern.test(name)) return name;
      const suffix = `_${stableHash(name).slice(0, 8)}`;
      const mangled = name.replace(rule.illegal, "_").slice(0, rule.length - suffix.length) + suffix;
      restored.set(mangled, name);
      return mangled;
    },
  };
}

/** A call id under a backend's rule: itself when it is legal, else a hash, the same for call and result and every retry. */
export function mapCallId(id: string, rule: NameRule | "alnum9"): string {
  if (rule === "alnum9") return /^[A-Za-z0-9]{9}$/.test(id) ? id : stableHash(id).slice(0, 9);
  return rule.pattern.test(id) ? id : `call_${stableHash(id).slice(0, 24)}`;
}
