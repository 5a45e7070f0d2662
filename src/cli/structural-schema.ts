import * as z from "zod";

/** An OpenAPI v3 schema as a CustomResourceDefinition accepts it: every node has one type, nothing is referenced or alternative. */
export interface StructuralSchema {
  readonly type: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly required?: readonly string[];
  readonly items?: StructuralSchema;
  readonly additionalProperties?: StructuralSchema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly "x-kubernetes-validations"?: readonly { readonly rule: string; readonly message: string }[];
}

/** What zod writes, as far as we read it; everything else in it is refused. */
const rawSchema = z.strictObject({
  $schema: z.string().optional(),
  type: z.enum(["object", "array", "string", "integer", "boolean", "number"]),
  description: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  maxProperties: z.number().optional(),
  // Only `required` alternatives, which the editor reads; in the cluster a CEL rule with a message says the same.
  oneOf: z.array(z.strictObject({ required: z.array(z.string()) })).optional(),
  "x-kubernetes-validations": z.array(z.strictObject({ rule: z.string(), message: z.string() })).optional(),
});

/**
 * Zod schema → structural schema. `additionalProperties: false` goes: the API server prunes unknown fields and refuses
 * the word beside `properties`. @throws Error naming the path of whatever has no structural form, such as a union
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function toStructuralSchema(schema: z.ZodType): StructuralSchema {
  return convert(z.toJSONSchema(schema, { target: "openapi-3.0", io: "input", reused: "inline" }), "$");
}

function convert(node: unknown, path: string): StructuralSchema {
  const parsed = rawSchema.safeParse(node);
  if (!parsed.success) throw new Error(`${path} has no structural form: ${z.prettifyError(parsed.error)}`);
  const { $schema: _, oneOf: __, properties, items, additionalProperties, ...rest } = parsed.data;
  const fields = Object.entries(properties ?? {}).map(([name, field]) => [name, convert(field, `${path}.${name}`)] as const);
  const isMap = additionalProperties !== undefined && additionalProperties !== false;
  return defined({
    ...rest,
    ...(properties === undefined || isMap ? {} : { properties: Object.fromEntries(fields) }),
    ...(items === undefined ? {} : { items: convert(items, `${path}[]`) }),
    ...(isMap ? { additionalProperties: convert(additionalProperties, `${path}{}`) } : {}),
  });
}

type Loose<Shape> = { readonly [Field in keyof Shape]: Shape[Field] | undefined };

/** The schema without fields that are absent; `type` is always there. */
function defined(schema: Loose<StructuralSchema> & { readonly type: string }): StructuralSchema {
  const entries = Object.entries(schema).filter(([, value]) => value !== undefined);
  return { type: schema.type, ...Object.fromEntries(entries) };
}
