import type { AdminRoute } from "../core/admin/admin-route.ts";
import { ADMIN_ROUTES, type AdminRouteId } from "../core/admin/admin-routes.ts";
import { ADMIN_ANSWERS } from "../core/admin/answers/admin-answers.ts";
import type { JsonSchema, ObjectSchema } from "../core/admin/json-schema.ts";
import { type ErrorCode, ERROR_TABLE } from "../core/errors.ts";

type Json = Readonly<Record<string, unknown>>;

/** Refusals that any operation may answer, and those of operations that take or change something. */
const ALWAYS: readonly ErrorCode[] = ["invalid_value", "invalid_api_key", "forbidden", "not_found"];
const OF_CHANGES: readonly ErrorCode[] = [
  "body_timeout",
  "conflict",
  "body_too_large",
  "unsupported_media_type",
  "audit_unavailable",
];

const SAYS: Readonly<Record<number, string>> = {
  400: "Something of the request is missing, not known or not allowed; `param` says what.",
  401: "No admin key was sent, or none that is valid.",
  403: "The roles of the key do not allow it, or the key was switched off.",
  404: "There is no such thing, or not in the key's tenants.",
  408: "The body did not arrive.",
  409: "What stands now does not allow it.",
  413: "The body is larger than 1 MiB.",
  415: "The body is not announced as JSON.",
  503: "The audit log or the store could not be reached; the message says whether anything was done.",
};

const ERROR = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["message", "type", "param", "code"],
      properties: {
        message: { type: "string" },
        type: { type: "string" },
        param: { type: ["string", "null"] },
        code: { type: ["string", "null"] },
      },
    },
  },
};

/** The admin API as an OpenAPI 3.1 document, JSON. */
export function adminOpenApi(): string {
  const document = {
    openapi: "3.1.0",
    info: {
      title: "Fairlead admin API",
      version: "v1alpha1",
      summary: "Usage, health, keys, rollouts, kill switches and the audit log of a Fairlead router.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "http://127.0.0.1:8787", description: "`npm start`" }],
    security: [{ adminKey: [] }],
    paths: pathsOf(Object.keys(ADMIN_ROUTES) as readonly AdminRouteId[]), // its own keys
    components: {
      securitySchemes: { adminKey: { type: "http", scheme: "bearer", description: "An admin key, `fla_…`." } },
      schemas: { Error: ERROR },
      responses: refusals(),
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function pathsOf(ids: readonly AdminRouteId[]): Json {
  const paths = new Map<string, Json>();
  for (const id of ids) {
    const route: AdminRoute = ADMIN_ROUTES[id];
    const path = route.path.replaceAll(/:([a-zA-Z]+)/g, "{$1}");
    paths.set(path, { ...paths.get(path), [route.method.toLowerCase()]: operationOf(id, route) });
  }
  return Object.fromEntries(paths);
}

function operationOf(id: AdminRouteId, route: AdminRoute): Json {
  const { body, method, params, permission, query, reach, summary } = route;
  const codes = method === "GET" ? ALWAYS : [...ALWAYS, ...OF_CHANGES];
  const parameters = [...parametersOf("path", params), ...parametersOf("query", query)];
  return {
    operationId: id,
    summary,
    description: `Permission \`${permission}\`, reach \`${reach}\`.`,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null ? {} : { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body) } } } }),
    responses: { ...answerOf(id, method), ...Object.fromEntries(codes.map(refusalOf)) },
    "x-fairlead-permission": permission,
    "x-fairlead-reach": reach,
  };
}

function answerOf(id: AdminRouteId, method: AdminRoute["method"]): Json {
  const { content, says, status } = ADMIN_ANSWERS[id];
  const head = { schema: { type: "string" }, description: "`SEQ:HASH`: how far the audit log goes with this call." };
  return {
    [status]: {
      description: says,
      ...(method === "GET" ? {} : { headers: { "x-fairlead-audit": head } }),
      content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }])),
    },
  };
}

function refusalOf(code: ErrorCode): readonly [string, Json] {
  const { status } = ERROR_TABLE[code];
  return [String(status), { $ref: `#/components/responses/${status}` }];
}

/** Every refusal once. */
function refusals(): Json {
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
  return Object.fromEntries(Object.entries(SAYS).map(([status, description]) => [status, { description, content }]));
}

function parametersOf(place: "path" | "query", schema: ObjectSchema | undefined): readonly Json[] {
  if (schema === undefined) return [];
  return Object.entries(schema.properties).map(([name, member]) => {
    const { description, ...rest } = schemaOf(member);
    const required = place === "path" || schema.required.includes(name);
    return { name, in: place, required, ...(description === undefined ? {} : { description }), schema: rest };
  });
}

/** A schema as JSON: patterns are kept as expressions. */
function schemaOf(schema: JsonSchema): Json {
  return JSON.parse(JSON.stringify(schema, (_, part: unknown) => (part instanceof RegExp ? part.source : part))) as Json; // an object goes in
}
