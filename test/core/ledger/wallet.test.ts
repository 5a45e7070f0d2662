import { describe, expect, it } from "vitest";
import { SLICE_MS, Wallet } from "../../../src/core/ledger/wallet.ts";
import { account, charges, NOW } from "./accounts-of.ts";

const [one, two] = [account("one"), account("two")];
const slice = (id: string, amount: number) => ({ id, amounts: [one, two].map(({ key }) => ({ key, amount })) });

describe("a wallet", () => {
  it("spends a slice until it has not enough of every account", () => {
    const wallet = new Wallet();
    wallet.put("both", slice("s", 100), NOW);
    expect(wallet.take("both", charges(60, one, two), NOW)).toBe("s");
    expect(wallet.take("both", charges(60, one, two), NOW)).toBeNull();
    expect(wallet.take("both", [...charges(40, one), ...charges(41, two)], NOW)).toBeNull();
    expect(wallet.take("both", charges(40, one, two), NOW)).toBe("s");
    expect(wallet.take("others", charges(1, one), NOW)).toBeNull();
  });

  it("spends nothing of a slice whose time is over", () => {
    const wallet = new Wallet();
    wallet.put("both", slice("s", 100), NOW);
    expect(wallet.take("both", charges(1, one, two), NOW + SLICE_MS - 1)).toBe("s");
    expect(wallet.take("both", charges(1, one, two), NOW + SLICE_MS)).toBeNull();
  });

  it("goes on with the next slice where the first has not enough", () => {
    const wallet = new Wallet();
    wallet.put("both", slice("first", 10), NOW);
    wallet.put("both", slice("second", 100), NOW + 500);
    expect(wallet.take("both", charges(50, one, two), NOW + 500)).toBe("second");
    expect(wallet.take("both", charges(10, one, two), NOW + 500)).toBe("first");
  });

  it("wants another when the last is a second old or half spent", () => {
    const wallet = new Wallet();
    expect(wallet.isWanting("both", NOW)).toBe(true);
    wallet.put("both", slice("s", 100), NOW);
    expect(wallet.isWanting("both", NOW + 999)).toBe(false);
    expect(wallet.isWanting("both", NOW + 1_000)).toBe(true);
    wallet.take("both", charges(51, one, two), NOW);
    expect(wallet.isWanting("both", NOW)).toBe(true);
  });
});
