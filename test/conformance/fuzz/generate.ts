import {
  baseHeaders,
  type Deviation,
  encodeText,
  FAMILIES,
  type Family,
  type FuzzRequest,
  type FuzzTarget,
} from "./fuzz-request.ts";
import { mutateAuth } from "./mutate-auth.ts";
import { mutateEncoding } from "./mutate-encoding.ts";
import { confuseType, mutateField } from "./mutate-fields.ts";
import { mutateHead } from "./mutate-head.ts";
import { mutateStructure } from "./mutate-structure.ts";
import { createRandom, type Random } from "./random.ts";
import { createBody, renderBody } from "./valid-body.ts";

const MAKERS: Readonly<
  Record<Family, { readonly percent: number; readonly make: (random: Random, target: FuzzTarget) => Deviation }>
> = {
  field: { percent: 30, make: mutateField },
  type: { percent: 20, make: confuseType },
  structure: { percent: 15, make: mutateStructure },
  encoding: { percent: 15, make: mutateEncoding },
  head: { percent: 10, make: mutateHead },
  auth: { percent: 10, make: mutateAuth },
};

/** Stands in where no router is meant: the shapes are right, nothing is reachable or valid. */
const NOWHERE: FuzzTarget = { host: "router.invalid", key: `fl_test_${"0".repeat(12)}_${"0".repeat(46)}`, model: "x-fuzz" };

/** `count` requests of which each is wrong or odd in one way. Lazy: large bodies are made when they are sent. */
export function* generateMalformed(seed: number, count: number, target: FuzzTarget = NOWHERE): Generator<FuzzRequest> {
  const random = createRandom(seed);
  for (let index = 0; index < count; index++) {
    const family = pickFamily(random);
    const deviation = MAKERS[family].make(random, target);
    yield { ...fill(deviation, random, target), family };
  }
}

function fill(deviation: Deviation, random: Random, target: FuzzTarget): Omit<FuzzRequest, "family"> {
  const { title, expect, method = "POST", path = "/v1/chat/completions", headers = baseHeaders(target) } = deviation;
  const body = deviation.body ?? encodeText(renderBody(createBody("/v1/chat/completions", target.model, random)));
  return { title, expect, method, path, headers, body };
}

function pickFamily(random: Random): Family {
  let draw = random.below(100);
  for (const family of FAMILIES) {
    draw -= MAKERS[family].percent;
    if (draw < 0) return family;
  }
  return "field";
}
