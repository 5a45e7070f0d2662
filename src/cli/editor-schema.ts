import * as z from "zod";
import { POLICY_KINDS, type PolicyKind } from "../core/policy/schema/kinds.ts";

/** Draft 7 is what editors' YAML support understands best. */
const DRAFT = "http://json-schema.org/draft-07/schema#";

/** JSON Schema of one kind, for completion and checks while typing. */
export function kindSchemaJson(kind: PolicyKind): string {
  const { schema } = POLICY_KINDS[kind];
  const generated = z.toJSONSchema(schema, {
    target: "draft-07",
    io: "input",
    reused: "inline",
    override: ({ jsonSchema }) => {
      delete jsonSchema["x-kubernetes-validations"];
    },
  });
  return toJson({ title: kind, ...generated });
}

/** JSON Schema of any policy document: picks by `kind`. */
export function policySchemaJson(): string {
  const kinds = Object.entries(POLICY_KINDS);
  return toJson({
    $schema: DRAFT,
    title: "Fairlead policy",
    type: "object",
    required: ["apiVersion", "kind", "metadata", "spec"],
    properties: { kind: { enum: kinds.map(([kind]) => kind), description: "Which kind of policy this document is." } },
    allOf: kinds.map(([kind, { file }]) => ({
      if: { required: ["kind"], properties: { kind: { const: kind } } },
      // oxlint-disable-next-line unicorn/no-thenable -- `then` is JSON Schema's word
      then: { $ref: `${file}.schema.json` },
    })),
  });
}

function toJson(schema: unknown): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
