import { FIELD_TYPES, FIELD_VALUES, VALUES_BY_TYPE } from "./field-values.ts";
import { type Deviation, encodeText, type FuzzTarget } from "./fuzz-request.ts";
import type { Random } from "./random.ts";
import { createBody, renderBody, withMember } from "./valid-body.ts";

/** A valid request with one field set to a value that is wrong or odd, or without a field that is required. */
export function mutateField(random: Random, target: FuzzTarget): Deviation {
  if (random.chance(0.05)) return dropField(random, target);
  const { endpoint, field, expect, values } = random.pick(FIELD_VALUES);
  const json = random.pick(values);
  const body = renderBody(withMember(createBody(endpoint, target.model, random), field, json));
  return { title: `${field}: ${json.slice(0, 60)}`, expect, path: endpoint, body: encodeText(body) };
}

/** A valid request with one field of another type than its schema says. */
export function confuseType(random: Random, target: FuzzTarget): Deviation {
  const { endpoint, field, types } = random.pick(FIELD_TYPES);
  const type = random.pick(Object.keys(VALUES_BY_TYPE).filter((name) => !types.includes(name)));
  const json = random.pick(VALUES_BY_TYPE[type] ?? []);
  const body = renderBody(withMember(createBody(endpoint, target.model, random), field, json));
  return { title: `${field} as ${type}: ${json}`, expect: "4xx", path: endpoint, body: encodeText(body) };
}

function dropField(random: Random, target: FuzzTarget): Deviation {
  const [endpoint, field] = random.pick([
    ["/v1/chat/completions", "model"],
    ["/v1/chat/completions", "messages"],
    ["/v1/embeddings", "model"],
    ["/v1/embeddings", "input"],
  ] as const);
  const body = renderBody(createBody(endpoint, target.model, random).filter(([name]) => name !== field));
  return { title: `without ${field}`, expect: "4xx", path: endpoint, body: encodeText(body) };
}
