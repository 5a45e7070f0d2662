import * as z from "zod";

/** What the tool `find_city` takes. */
export const CITY_SCHEMA = z.object({ city: z.string() });

/** A tool as the API takes it, with the same arguments. */
export const CITY_TOOL = {
  type: "function" as const,
  function: { name: "find_city", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
};

/** A second one, for calls in parallel. */
export const TIME_TOOL = {
  type: "function" as const,
  function: { name: "tell_time", parameters: { type: "object", properties: { zone: { type: "string" } }, required: ["zone"] } },
};
