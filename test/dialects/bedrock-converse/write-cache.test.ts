import { describe, expect, it } from "vitest";
import type { Block, MediaBlock } from "../../../src/dialects/canonical/block.ts";
import { ask, call, CLAUDE, result, tool, turn, upstream } from "./asking.ts";

const NOVA = "us.amazon.nova-2-lite-v1:0";
const LLAMA = "us.meta.llama4-maverick-17b-instruct-v1:0";
const pdf: MediaBlock = {
  kind: "media",
  media: "file",
  mimeType: "application/pdf",
  source: { kind: "base64", data: "aGk=" },
  name: null,
  detail: null,
};
const marked = (value: string, ttl: string | null = null): Block => ({ kind: "text", text: value, cache: { ttl } });

describe("cache marks", () => {
  const point = { cachePoint: { type: "default" } };

  it("become points behind what is marked", () => {
    const turns = [
      turn("system", marked("s", "1h")),
      turn("user", marked("a"), "b"),
      turn("assistant", call("1")),
      turn("user", { ...result("1", "x"), cache: { ttl: "5m" } }),
    ];
    const { body, losses } = ask({ turns, tools: [tool("f", { cache: { ttl: null } })] });
    expect(body["system"]).toEqual([{ text: "s" }, { cachePoint: { type: "default", ttl: "1h" } }]);
    expect(body["messages"]).toMatchObject([
      { content: [{ text: "a" }, point, { text: "b" }] },
      {},
      { content: [{ toolResult: {} }, point] },
    ]);
    expect(body["toolConfig"]).toMatchObject({ tools: [{ toolSpec: { name: "f" } }, point] });
    expect(losses).toEqual([]);
  });

  it("are four at most: the last ones", () => {
    const { body, losses } = ask({
      turns: [turn("system", marked("s")), turn("user", marked("a"), marked("b"), marked("c"), marked("d"))],
      tools: [tool("f", { cache: { ttl: null } })],
    });
    expect(JSON.stringify(body).match(/cachePoint/g)).toHaveLength(4);
    expect([body["system"], losses]).toEqual([[{ text: "s" }], ["hint cache_marks"]]);
  });

  it("are read tools first, then instructions: the first of five is left out", () => {
    const turns = [turn("system", marked("s")), turn("user", marked("a"), marked("b"), marked("c"))];
    const { body } = ask({ turns, tools: [tool("f", { cache: { ttl: null } })] });
    expect([JSON.stringify(body["toolConfig"]).includes("cachePoint"), body["system"]]).toEqual([false, [{ text: "s" }, point]]);
  });

  it("go before documents, which none may follow", () => {
    const { body } = ask({ turns: [turn("user", "a", { ...pdf, cache: { ttl: null } })] });
    expect(body["messages"]).toMatchObject([{ content: [{ text: "a" }, point, { document: {} }] }]);
    expect(ask({ turns: [turn("user", { ...pdf, cache: { ttl: null } })] }).losses).toEqual(["hint cache_marks"]);
  });

  it("of the whole request stand at its end", () => {
    expect(ask({ cache: { ttl: null } }).body["messages"]).toEqual([{ role: "user", content: [{ text: "hi" }, point] }]);
  });

  it("are left out where the model takes none", () => {
    const turns = [turn("user", marked("a"))];
    for (const target of [upstream(LLAMA), upstream(CLAUDE, { capabilities: new Set() })]) {
      const { body, losses } = ask({ turns }, target);
      expect([JSON.stringify(body).includes("cachePoint"), losses]).toEqual([false, ["hint cache_marks"]]);
    }
    expect(ask({ turns: [turn("user", marked("a", "1h"))] }, upstream(NOVA)).losses).toEqual(["hint cache_marks"]);
  });
});
