import { describe, expect, it } from "vitest";
import { suggestions } from "../../src/cli/suggestions.ts";

const ROUTER = { url: "http://127.0.0.1:8787", key: "fl_test_key" };

describe("what `serve` suggests", () => {
  it("names models that there are", () => {
    const usual = suggestions(["broken", "chat", "fast"], ROUTER).join("\n");
    expect(usual).toContain('"model":"chat"');
    expect(usual).toContain('the model "broken"');
    const own = suggestions(["harbour"], ROUTER).join("\n");
    expect(own).toContain('"model":"harbour"');
    expect(own).not.toMatch(/"chat"|broken/);
  });

  it("is no call where the key may ask for nothing", () => {
    expect(suggestions([], ROUTER).join("\n")).not.toContain("curl");
  });
});
