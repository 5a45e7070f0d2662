import type { RawResponse } from "../raw-client.ts";
import { ask, chatWith, get } from "./ask.ts";
import type { AttackCase, AttackContext } from "./attack-case.ts";

async function as(context: AttackContext, azp: string): Promise<AttackContext> {
  return { ...context, key: await context.issuer.sign({ claims: { azp } }) };
}

/** What a caller hears of a model, without the model's name and the request's id. */
async function heardOf(context: AttackContext, model: string): Promise<string> {
  const { body, status } = await ask(context, { body: chatWith({ model }) });
  return `${status} ${body.replaceAll(model, "MODEL")}`;
}

/** Null where the answer says the same as that of a model that nobody has. */
async function differsFromNobody({ body, status }: RawResponse, model: string, context: AttackContext): Promise<string | null> {
  const nobody = await heardOf(context, "nobody-has-this");
  const heard = `${status} ${body.replaceAll(model, "MODEL")}`;
  return heard === nobody ? null : `${heard} is not ${nobody}`;
}

const HIDDEN = [
  ["a model that only another consumer may use", "narrow", "x-echo"],
  ["another tenant's model", "orders", "theirs"],
] as const;

/** Attack E01: what a caller may not use is, to it, not there. */
export const accessAttacks: readonly AttackCase[] = [
  ...HIDDEN.map(([title, azp, model]): AttackCase => ({
    id: "E01",
    title,
    send: async (context) => ask(await as(context, azp), { body: chatWith({ model }) }),
    expect: {
      status: [404],
      code: "model_not_found",
      param: "model",
      check: async (response, context) => differsFromNobody(response, model, await as(context, azp)),
    },
  })),
  ...HIDDEN.map(([title, azp, model]): AttackCase => ({
    id: "E01",
    title: `${title}, by its name`,
    send: async (context) => get(await as(context, azp), `/v1/models/${model}`),
    expect: { status: [404], code: "model_not_found" },
  })),
  {
    id: "E01",
    title: "a list of models names those of the caller alone",
    send: async (context) => get(await as(context, "narrow"), "/v1/models"),
    expect: { status: [200], check: ({ body }) => (/x-echo|theirs|x-leak/.test(body) ? body : null) },
  },
];
