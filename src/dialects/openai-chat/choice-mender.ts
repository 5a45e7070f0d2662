import { unescapeText } from "../../core/json/escaped-text.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { stableHash } from "../canonical/stable-hash.ts";
import { argumentsOf, CallTracker, type TrackedCall } from "./call-tracker.ts";
import { contentCharacters } from "./content.ts";
import { mendMessage } from "./mend-message.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What is left of a choice's chunk. */
interface MendedChoice {
  /** The same object when there was nothing to mend. */
  readonly choice: Fields;
  /** Of content, after mending. */
  readonly characters: number;
}

/** One choice of a stream: its role, its calls and its end, each told once and in the API's own way. */
export class ChoiceMender {
  /** Why it ended; null while it goes on. */
  finish: string | null = null;
  readonly #tracker = new CallTracker();
  /** Calls told so far, by the index told. */
  readonly #told: TrackedCall[] = [];
  #hasRole = false;
  /** Deltas that read the same may mean something else after this has changed. */
  version = 0;
  /** The call the last delta was of. */
  call: TrackedCall | null = null;

  /** The reason a choice ends for that never said it. */
  get impliedFinish(): string {
    return this.#told.length > 0 ? "tool_calls" : "stop";
  }

  /** Null for what says nothing any more. `seed` makes the ids that servers leave out. */
  mend(choice: Fields, index: number, seed: string): MendedChoice | null {
    const said = choice["delta"];
    let delta = mendMessage(isRecord(said) ? said : {});
    if (Array.isArray(delta["tool_calls"])) delta = this.#mendCalls(delta, delta["tool_calls"], `${seed} ${index}`);
    const characters = contentCharacters(delta);
    if (this.finish !== null && characters === 0) return null;
    if (!this.#hasRole) {
      this.#hasRole = true;
      this.version += 1;
      delta = withRole(delta);
    }
    const word = this.#mendFinish(choice["finish_reason"]);
    if (word !== null && word !== undefined) delta = this.#withArguments(delta);
    const isSame = delta === said && word === choice["finish_reason"] && choice["index"] === index;
    return { choice: isSame ? choice : { ...choice, index, delta, finish_reason: word ?? null }, characters };
  }

  /** An end that came before is not told again. */
  #mendFinish(said: unknown): unknown {
    if (typeof said !== "string") return said;
    if (said === "" || this.finish !== null) return null;
    this.finish = said === "stop" ? this.impliedFinish : said;
    this.version += 1;
    return this.finish;
  }

  #mendCalls(delta: Fields, entries: readonly unknown[], seed: string): Fields {
    const mended = entries.filter(isRecord).flatMap((entry) => this.#mendCall(entry, seed));
    const isSame = mended.length === entries.length && mended.every((entry, position) => entry === entries[position]);
    if (isSame) return delta;
    const { tool_calls: _, ...rest } = delta;
    return mended.length === 0 ? rest : { ...rest, tool_calls: mended };
  }

  /** A call whose name has not come is held back, with what came of its arguments. */
  #mendCall(entry: Fields, seed: string): readonly Fields[] {
    const { call } = this.#tracker.read(entry);
    this.call = call;
    if (call.isTold) return [this.#mendMore(entry, call)];
    if (call.name === "") return [];
    call.isTold = true;
    this.version += 1;
    const index = this.#told.push(call) - 1;
    const id = call.id === "" ? `call_${stableHash(`${seed} ${index}`).slice(0, 24)}` : call.id;
    const { body, member, type } = bodyOf(entry, call);
    const text = unescapeText(call.argumentsText);
    const isHead = entry["index"] === index && entry["id"] === id && entry["type"] === type;
    if (isHead && body["name"] === call.name && body[member] === text) return [entry];
    return [{ ...entry, index, id, type, [type]: { ...body, name: call.name, [member]: text } }];
  }

  /** More of a call: its index and its arguments; id, type and name have been told. */
  #mendMore(entry: Fields, call: TrackedCall): Fields {
    const index = this.#told.indexOf(call);
    const { body, member, type } = bodyOf(entry, call);
    const said = body[member];
    const isSame =
      entry["index"] === index && !("id" in entry) && !("type" in entry) && !("name" in body) && typeof said === "string";
    if (isSame) return entry;
    const { id: _id, type: _type, ...rest } = entry;
    const { name: _name, ...more } = body;
    return { ...rest, index, [type]: { ...more, [member]: argumentsOf(said) } };
  }

  /** A call that ends without arguments has none: what clients parse must be JSON. */
  #withArguments(delta: Fields): Fields {
    const bare = this.#told.flatMap((call, index) =>
      call.form === "function" && call.argumentsText === "" ? [{ index, function: { arguments: "{}" } }] : [],
    );
    if (bare.length === 0) return delta;
    const said: readonly unknown[] = Array.isArray(delta["tool_calls"]) ? delta["tool_calls"] : [];
    return { ...delta, tool_calls: [...said, ...bare] };
  }
}

function withRole(delta: Fields): Fields {
  const { role } = delta;
  return typeof role === "string" && role !== "" ? delta : { ...delta, role: "assistant" };
}

/** The part of an entry that holds name and arguments. */
function bodyOf(entry: Fields, { form }: TrackedCall): { readonly body: Fields; readonly member: string; readonly type: string } {
  const body = entry[form];
  return { body: isRecord(body) ? body : {}, member: form === "custom" ? "input" : "arguments", type: form };
}
