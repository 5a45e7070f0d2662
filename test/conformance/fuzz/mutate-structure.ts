import { type Deviation, encodeText, type Expectation, type FuzzTarget } from "./fuzz-request.ts";
import type { Random } from "./random.ts";
import { createBody, type Endpoint, type Members, renderBody, withMember } from "./valid-body.ts";

const CHAT: Endpoint = "/v1/chat/completions";
const CHAT_BODY_BYTES = 4 * 1024 * 1024;
/** Large bodies cost a few milliseconds each; more of them would find nothing more. */
const LARGE_SHARE = 0.04;

interface Context {
  readonly members: Members;
  readonly random: Random;
  readonly target: FuzzTarget;
}

interface Mutation {
  readonly title: string;
  readonly expect: Expectation;
  readonly write: (context: Context) => string;
}

function refused(title: string, write: Mutation["write"]): Mutation {
  return { title, expect: "4xx", write };
}

const MUTATIONS: readonly Mutation[] = [
  refused("nothing", () => ""),
  refused("white space", ({ random }) => " \r\n\t".repeat(random.below(50))),
  refused("cut short", ({ members, random }) => {
    const text = renderBody(members);
    return text.slice(0, random.below(text.length));
  }),
  refused("text after the end", ({ members, random }) => renderBody(members) + random.pick(["{}", "x", "}", ",", "\0", "null"])),
  refused("an array around it", ({ members }) => `[${renderBody(members)}]`),
  refused("a string around it", ({ members }) => JSON.stringify(renderBody(members))),
  refused("not an object", ({ random }) => random.pick(["null", "5", "true", '"model"', "[]", "NaN", "undefined"])),
  refused("not JSON", ({ random }) =>
    random.pick([
      "{'model':'x'}",
      "{model:1}",
      '{"model":"x",}',
      '{"a":NaN}',
      '{"a":01}',
      '{"a":+1}',
      '{"a":.5}',
      "{/**/}",
      '{"a":"\t"}',
      '{"a" "b"}',
      "<xml/>",
      "model=x&n=1",
    ]),
  ),
  refused("depth", ({ members, random }) => nest(members, 65 + random.below(2_000))),
  refused("objects in depth", ({ members, random }) =>
    renderBody(withMember(members, "metadata", '{"a":'.repeat(70 + random.below(500)))),
  ),
  { title: "depth within the cap", expect: "2xx-or-4xx", write: ({ members, random }) => nest(members, 2 + random.below(60)) },
  refused("model twice", ({ members, random }) =>
    renderTwice(members, random.pick(['"model"', String.raw`"\u006dodel"`, String.raw`"mod\u0065l"`])),
  ),
  refused("a repeated key on level 2", ({ members }) =>
    renderBody(withMember(members, "stream_options", '{"include_usage":true,"include_usage":false}')),
  ),
  refused("a repeated key on level 3", ({ members }) =>
    renderBody(withMember(members, "messages", '[{"role":"user","content":"a","role":"system"}]')),
  ),
  refused("__proto__", ({ members, random }) =>
    renderBody(
      withMember(
        members,
        random.pick(["metadata", "tools", "x"]),
        random.pick(['{"__proto__":{"a":1}}', String.raw`[{"\u005f_proto__":1}]`]),
      ),
    ),
  ),
  refused("constructor.prototype", ({ members }) =>
    renderBody(withMember(members, "x", '{"constructor": {"prototype":{"a":1}}}')),
  ),
  refused("a NUL in a key", ({ members }) => renderBody(withMember(members, "x", String.raw`{"a\u0000":1}`))),
  refused("too many messages", ({ members }) => renderBody(withMember(members, "messages", list('{"role":"user"}', 2_049)))),
  refused("too many tools", ({ members }) => renderBody(withMember(members, "tools", list('{"type":"function"}', 257)))),
  refused("too many keys", ({ members }) => renderBody(withMember(members, "x", list('{"a":1,"b":2}', 10_500)))),
  refused("too many arrays", ({ members }) => renderBody(withMember(members, "x", list("[]", 20_500)))),
  {
    title: "one character changed",
    expect: "2xx-or-4xx",
    write: ({ members, random }) => changeCharacter(renderBody(members), random),
  },
  {
    title: "one character missing",
    expect: "2xx-or-4xx",
    write: ({ members, random }) => dropCharacter(renderBody(members), random),
  },
  {
    title: "spaced out",
    expect: "2xx-or-4xx",
    write: ({ members }) => JSON.stringify(JSON.parse(renderBody(members)), null, "\t\r\n  "),
  },
];

const LARGE_MUTATIONS: readonly Mutation[] = [
  refused("one byte over the cap", ({ members }) => padTo(members, CHAT_BODY_BYTES + 1)),
  { title: "exactly the cap", expect: "2xx-or-4xx", write: ({ members }) => padTo(members, CHAT_BODY_BYTES) },
  refused("a million brackets", () => "[".repeat(1_000_000)),
  refused("a million levels", ({ members }) => nest(members, 1_000_000)),
];

/** Well-typed members in a body whose shape, size or depth is wrong. @see attacks B01–B10, B14, B15 */
export function mutateStructure(random: Random, target: FuzzTarget): Deviation {
  const { title, expect, write } = random.pick(random.chance(LARGE_SHARE) ? LARGE_MUTATIONS : MUTATIONS);
  const body = write({ members: createBody(CHAT, target.model, random), random, target });
  return { title, expect, path: CHAT, body: encodeText(body) };
}

function nest(members: Members, depth: number): string {
  return renderBody(withMember(members, "x", `${"[".repeat(depth)}${"]".repeat(depth)}`));
}

function renderTwice(members: Members, name: string): string {
  return renderBody(members).replace(/\}$/, `,${name}:"gpt-5"}`);
}

function list(item: string, count: number): string {
  return `[${Array.from({ length: count }, () => item).join(",")}]`;
}

/** Pads with white space in front of the end: a content of megabytes would be echoed by some upstreams. */
function padTo(members: Members, bytes: number): string {
  const text = renderBody(members);
  return `${text.slice(0, -1)}${" ".repeat(bytes - encodeText(text).length)}}`;
}

function changeCharacter(text: string, random: Random): string {
  const at = random.below(text.length);
  return text.slice(0, at) + random.pick(["{", "}", "[", "]", '"', "\\", ",", ":", "0", "\0", "\u00e9"]) + text.slice(at + 1);
}

function dropCharacter(text: string, random: Random): string {
  const at = random.below(text.length);
  return text.slice(0, at) + text.slice(at + 1);
}
