import type { ClassStats, Explained } from "../../core/cache/answer-care.ts";
import type { CareCall } from "../../core/cache/decode-care.ts";
import { type AnswerCall, decodeFound } from "../../core/cache/decode-question.ts";
import { type Found, type Led, MOST_SHARDS, type NotFound, type Question } from "../../core/cache/question.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { AnswerAdmin, PlacedStats } from "../../ports/answer-admin.ts";
import type { AnswerStore } from "../../ports/answer-store.ts";
import type { ObjectNamespace } from "./objects.ts";

/** Continents, as the platform names them; the last is for what is none. */
const REGIONS = ["AF", "AN", "AS", "EU", "NA", "OC", "SA", "XX"] as const;
/** Digits of a scope class that decide on its shard. */
const SHARD_DIGITS = 4;

/** An object of a tenant's. */
interface Place {
  readonly tenant: string;
  readonly region: string;
  /** A hex digit. */
  readonly shard: string;
}

/**
 * An object per tenant, region and shard. `patient`: the same objects for calls that wait for another request's answer, as long as
 * twice the longest wait.
 */
export function createDurableAnswerStore(objects: ObjectNamespace, patient: ObjectNamespace): AnswerStore & AnswerAdmin {
  const ask = (call: AnswerCall, through = objects): Promise<unknown> =>
    through.fetch(nameOf(placeOf(call.question)), "/ask", call);
  const find = async (call: AnswerCall, through = objects): Promise<Found | NotFound | Led> => {
    const found = decodeFound(await ask(call, through));
    if (found === null) throw new Error("The store of answers did not answer as one does.");
    const { region, shard } = placeOf(call.question);
    return found.kind === "hit" ? { ...found, id: `${region}${shard}.${found.id}` } : found;
  };
  const answerOf = async (call: AnswerCall, through = objects): Promise<Found | NotFound> => {
    const found = await find(call, through);
    if (found.kind === "led") throw new Error("The store of answers let somebody wait who did not ask for it.");
    return found;
  };
  const care = (place: Place, call: CareCall): Promise<unknown> => objects.fetch(nameOf(place), "/care", call);
  const count = async (places: readonly Place[], call: CareCall): Promise<number> => {
    const counts = await Promise.all(places.map((place) => care(place, call)));
    return counts.reduce<number>((sum, each) => sum + (typeof each === "number" ? each : 0), 0);
  };
  return {
    lookUp: (question, now) => answerOf({ kind: "lookUp", question, now }),
    lead: (question, waitMs, now) => find({ kind: "lead", question, waitMs, now }),
    follow: (question, waitMs, now) => answerOf({ kind: "follow", question, waitMs, now }, patient),
    async keep(question, kept, now) {
      await ask({ kind: "keep", question, kept, now });
    },
    async release(question, ticket) {
      await ask({ kind: "release", question, ticket });
    },
    async judge(question, { answer, id }, now) {
      await ask({ kind: "judge", question, judged: { id: readId(question.tenant, id)?.id ?? "", answer }, now });
    },
    async explain(question, now) {
      return (await ask({ kind: "explain", question, now })) as Explained; // our own object's answer
    },
    async stats(tenant, shards) {
      const all = placesOf(tenant, shards).map(async (place): Promise<readonly PlacedStats[]> => {
        const stats = (await care(place, { kind: "stats" })) as readonly ClassStats[]; // our own object's answer
        return stats.map((each) => ({ region: place.region, shard: place.shard, ...each }));
      });
      return (await Promise.all(all)).flat();
    },
    purge: (tenant, { isDryRun, scope, shards }, now) => count(placesOf(tenant, shards), { kind: "purge", scope, isDryRun, now }),
    // Also where answers were kept while there were more shards.
    erase: (tenant, principal, contentsKey) => count(placesOf(tenant, MOST_SHARDS), { kind: "erase", principal, contentsKey }),
    async feedback(tenant, feedback) {
      const found = readId(tenant, feedback.id);
      return found !== null && (await care(found.place, { kind: "feedback", ...feedback, id: found.id })) === 1;
    },
  };
}

function nameOf({ region, shard, tenant }: Place): string {
  return storageKey(tenant, "answers", region, shard);
}

function placeOf({ keys, region, shards, tenant }: Question): Place {
  const shard = Number.parseInt(keys.scopeClass.slice(0, SHARD_DIGITS), 16) % shards;
  return { tenant, region: REGIONS.find((known) => known === region) ?? "XX", shard: (shard || 0).toString(16) };
}

function placesOf(tenant: string, shards: number): readonly Place[] {
  return REGIONS.flatMap((region) =>
    Array.from({ length: shards }, (_, shard) => ({ tenant, region, shard: shard.toString(16) })),
  );
}

/** What `Found.id` says of where its entry is; null for what no store has given. */
function readId(tenant: string, text: string): { readonly place: Place; readonly id: string } | null {
  const [, region = "", shard = "", id = ""] = /^([A-Z]{2})([0-9a-f])\.([\w-]+)$/.exec(text) ?? [];
  return REGIONS.some((known) => known === region) ? { place: { tenant, region, shard }, id } : null;
}
