import type { ListedModel, Surface } from "../dialect.ts";

/** When a policy's model began to exist is not known; the API allows the epoch for that. */
const UNKNOWN_TIME = "1970-01-01T00:00:00Z";

function one({ id }: ListedModel): object {
  return {
    type: "model",
    id,
    display_name: id,
    created_at: UNKNOWN_TIME,
    capabilities: null,
    max_input_tokens: null,
    max_tokens: null,
  };
}

/** @see https://docs.anthropic.com/en/api/models-list */
export const models: Surface["models"] = {
  one,
  list: (listed) => ({
    data: listed.map(one),
    has_more: false,
    first_id: listed[0]?.id ?? null,
    last_id: listed.at(-1)?.id ?? null,
  }),
};
