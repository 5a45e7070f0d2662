import { describe, expect, it } from "vitest";
import { clientAddress } from "../../src/core/http/client-address.ts";
import { WrongKeys } from "../../src/core/wrong-keys.ts";

const NOW = 1_800_000_000_000;

function guessed(times: number, address: string | null = "192.0.2.1"): WrongKeys {
  const wrong = new WrongKeys();
  for (let turn = 0; turn < times; turn += 1) wrong.note(address, NOW + turn);
  return wrong;
}

const read = (text: string): string | null => clientAddress(new Map([["cf-connecting-ip", text]]));

describe("wrong keys", () => {
  it("let an address guess twenty times a minute, counted from its first", () => {
    expect(guessed(19).blockedMs("192.0.2.1", NOW + 30)).toBe(0);
    const wrong = guessed(20);
    expect(wrong.blockedMs("192.0.2.1", NOW + 1_000)).toBe(59_000);
    expect(wrong.blockedMs("192.0.2.2", NOW + 1_000)).toBe(0);
    expect(wrong.blockedMs("192.0.2.1", NOW + 60_000)).toBe(0);
    wrong.note("192.0.2.1", NOW + 60_000);
    expect(wrong.blockedMs("192.0.2.1", NOW + 60_000)).toBe(0);
  });

  it("count nobody where the platform does not say who it is", () => {
    expect(guessed(1_000, null).blockedMs(null, NOW)).toBe(0);
  });

  it("remember at most 5,000 addresses (attack H07)", () => {
    const wrong = new WrongKeys();
    for (let index = 0; index < 10_000; index += 1) wrong.note(`address-${index}`, NOW);
    expect(wrong.size).toBe(5_000);
  });
});

describe("the address of a client", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0DB8:0001:0002:ffff::1", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::", "fe80:0:0:0"],
  ])("%s counts as %s", (text, address) => {
    expect(read(text)).toBe(address);
  });

  it.each(["", "unknown", "192.0.2.1, 192.0.2.2", "1".repeat(46)])("'%s' is none", (text) => {
    expect(read(text)).toBeNull();
    expect(clientAddress(new Map())).toBeNull();
  });
});
