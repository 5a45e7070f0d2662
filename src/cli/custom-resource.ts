import { stringify } from "yaml";
import { POLICY_KINDS, type PolicyKind } from "../core/policy/schema/kinds.ts";
import { API_VERSION } from "../core/policy/schema/metadata.ts";
import { type StructuralSchema, toStructuralSchema } from "./structural-schema.ts";

const [GROUP = "", VERSION = ""] = API_VERSION.split("/");
const MOST_CONDITIONS = 8;

/** Conditions as Gateway API has them: `Accepted`, `ResolvedRefs`, `Programmed`, one entry per type. */
const STATUS_SCHEMA = {
  type: "object",
  description: "What the operator found. Written by the operator alone.",
  properties: {
    observedGeneration: {
      type: "integer",
      format: "int64",
      description: "metadata.generation of the spec this status describes.",
    },
    conditions: {
      type: "array",
      description: "Accepted, ResolvedRefs and Programmed, with the reason and the problems found.",
      maxItems: MOST_CONDITIONS,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["type"],
      items: {
        type: "object",
        required: ["type", "status", "lastTransitionTime", "reason", "message"],
        properties: {
          type: { type: "string", maxLength: 316, description: "Which condition." },
          status: { type: "string", enum: ["True", "False", "Unknown"], description: "Whether it holds." },
          observedGeneration: {
            type: "integer",
            format: "int64",
            minimum: 0,
            description: "Generation this condition was made for.",
          },
          lastTransitionTime: { type: "string", format: "date-time", description: "When status last changed." },
          reason: { type: "string", minLength: 1, maxLength: 1_024, description: "One word for programs." },
          message: {
            type: "string",
            maxLength: 32_768,
            description: "Sentences for people, with the problem codes of docs/policies.md.",
          },
        },
      },
    },
  },
} as const;

/** The CustomResourceDefinition of a kind, as YAML. */
export function customResourceYaml(kind: PolicyKind): string {
  const { plural, shortNames, schema } = POLICY_KINDS[kind];
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        ...(shortNames.length === 0 ? {} : { shortNames }),
        categories: ["fairlead"],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: objectSchema(toStructuralSchema(schema)) },
          subresources: { status: {} },
          additionalPrinterColumns: [conditionColumn("Accepted"), conditionColumn("Programmed"), ageColumn()],
        },
      ],
    },
  };
  return stringify(definition, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The API server owns `metadata`, so its own schema goes there. */
function objectSchema({ description, properties = {} }: StructuralSchema) {
  const { apiVersion: _, kind: __, metadata: ___, spec } = properties;
  const envelope = { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: { type: "object" } };
  return { type: "object", description, required: ["spec"], properties: { ...envelope, spec, status: STATUS_SCHEMA } };
}

function conditionColumn(type: string) {
  return { name: type, type: "string", jsonPath: `.status.conditions[?(@.type=="${type}")].status` };
}

function ageColumn() {
  return { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" };
}
