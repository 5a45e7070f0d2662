/** The part of JSON Schema 2020-12 in which admin routes say what they take: data, which the OpenAPI document copies. */
export type JsonSchema = StringSchema | NumberSchema | BooleanSchema | ArraySchema | ObjectSchema;

interface Described {
  readonly description?: string;
}

export interface StringSchema extends Described {
  readonly type: "string";
  readonly enum?: readonly string[];
  readonly minLength?: number;
  /** UTF-16 code units; every string without `enum` has one. */
  readonly maxLength?: number;
  /** Anchored, without flags, linear in the length of the text. */
  readonly pattern?: RegExp;
  readonly default?: string;
}

export interface NumberSchema extends Described {
  readonly type: "number" | "integer";
  readonly minimum: number;
  readonly maximum: number;
  readonly default?: number;
}

export interface BooleanSchema extends Described {
  readonly type: "boolean";
  readonly default?: boolean;
}

export interface ArraySchema extends Described {
  readonly type: "array";
  readonly items: JsonSchema;
  readonly maxItems: number;
}

export interface ObjectSchema extends Described {
  readonly type: "object";
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

type Simplify<Type> = { readonly [Key in keyof Type]: Type[Key] };

type Present<Properties, Required> =
  | Extract<Required, keyof Properties>
  | { [Key in keyof Properties]: Properties[Key] extends { readonly default: unknown } ? Key : never }[keyof Properties];

/** What a value is that a schema has let pass; members with a default are always there. */
export type ValueOf<Schema> = Schema extends { readonly enum: readonly (infer Member)[] }
  ? Member
  : Schema extends { readonly type: "string" }
    ? string
    : Schema extends { readonly type: "number" | "integer" }
      ? number
      : Schema extends { readonly type: "boolean" }
        ? boolean
        : Schema extends { readonly type: "array"; readonly items: infer Items }
          ? readonly ValueOf<Items>[]
          : Schema extends { readonly properties: infer Properties; readonly required: readonly (infer Required)[] }
            ? Simplify<
                { readonly [Key in Present<Properties, Required>]: ValueOf<Properties[Key]> } & {
                  readonly [Key in Exclude<keyof Properties, Present<Properties, Required>>]?: ValueOf<Properties[Key]>;
                }
              >
            : never;

/** An object that has no other members than these. */
export function object<
  const Properties extends Readonly<Record<string, JsonSchema>>,
  const Required extends keyof Properties & string = never,
>(properties: Properties, required: readonly Required[] = []) {
  return { type: "object", properties, required, additionalProperties: false } as const;
}
