import { FLAG, json, listOf, oneOf, orNull, shape, TEXT, TIME } from "./answer-schema.ts";

const MADE = {
  key: { type: "string", description: "The key itself, here and nowhere else." },
  id: TEXT,
  tenant: TEXT,
  consumer: TEXT,
  name: TEXT,
  expires: orNull(TIME),
  replaces: orNull(TEXT),
};

const SHOWN = shape({
  id: TEXT,
  tenant: TEXT,
  consumer: TEXT,
  name: TEXT,
  source: oneOf(["policy", "registry"]),
  state: oneOf(["active", "inactive", "expired", "revoked"]),
  notBefore: orNull(TIME),
  expires: orNull(TIME),
  revokedAt: orNull(TIME),
  createdAt: orNull(TIME),
  replaces: orNull(TEXT),
});

export const KEY_ANSWERS = {
  listKeys: json("A page of keys; `next` is the next page's `after`.", shape({ keys: listOf(SHOWN), next: orNull(TEXT) })),
  createKey: json("The new key.", shape(MADE), 201),
  rotateKey: json("The key's successor.", shape({ ...MADE, oldKeyEnds: orNull(TIME), isTold: FLAG }), 201),
  revokeKey: json("When it ended.", shape({ id: TEXT, revokedAt: orNull(TIME), isTold: FLAG })),
};
