import type { RequestFacts } from "../../../../src/core/cache/text/eligibility.ts";

/** Of a request that is its last text and nothing else. */
export const NOTHING_ELSE: RequestFacts = {
  offersTools: false,
  hasToolTurns: false,
  hasMedia: false,
  endsWithUserText: true,
  isPrefilled: false,
  choices: 1,
  hasSeed: false,
  hasLogprobs: false,
  temperature: null,
};
