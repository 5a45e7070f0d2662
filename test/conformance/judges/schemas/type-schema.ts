import {
  type Checker,
  type IndexInfo,
  type Symbol as TypeSymbol,
  SymbolFlags,
  type Type,
  TypeFlags,
} from "typescript/unstable/sync";

/** A JSON Schema node, as far as types need it. */
export interface Schema {
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  discriminator?: { readonly propertyName: string };
  $ref?: string;
}

/**
 * Where the wire is not as the types say. `dropped`: only the SDK has the member. `optional`, `nullable`: the provider itself
 * leaves it out, or sends null. `text`: any text, not the listed ones. `added`: on the wire, but not in the types.
 */
export type Override = "dropped" | "optional" | "nullable" | "text" | "added";

export interface SchemaOptions {
  /** By the name of a type, then of its member. */
  readonly overrides: Readonly<Record<string, Readonly<Record<string, Override>>>>;
  /** Objects take no other members than they name. */
  readonly isClosed: boolean;
}

const PRIMITIVES: readonly (readonly [TypeFlags, string])[] = [
  [TypeFlags.String, "string"],
  [TypeFlags.Number, "number"],
  [TypeFlags.Boolean, "boolean"],
  [TypeFlags.Null, "null"],
];

/** Turns types into JSON Schema; every named object type becomes one definition, which recursion needs. */
export class TypeSchemas {
  readonly definitions: Record<string, Schema> = {};
  readonly #checker: Checker;
  readonly #options: SchemaOptions;
  readonly #names = new Map<number, string>();

  constructor(checker: Checker, options: SchemaOptions) {
    this.#checker = checker;
    this.#options = options;
  }

  schemaOf(type: Type): Schema {
    const primitive = PRIMITIVES.find(([flag]) => (type.flags & flag) !== 0);
    if (primitive !== undefined) return { type: primitive[1] };
    if (type.isLiteralType()) return { const: type.value };
    if (type.isUnionType()) return this.#unionOf(type.getTypes());
    if (this.#checker.isArrayType(type)) return { type: "array", items: this.#itemOf(type) };
    if (type.isObjectType() || type.isIntersectionType()) return this.#objectOf(type);
    // `unknown` and `any`, and what no surface writes.
    return {};
  }

  #itemOf(type: Type): Schema {
    const [item] = type.isTypeReference() ? this.#checker.getTypeArguments(type) : [];
    return item === undefined ? {} : this.schemaOf(item);
  }

  #unionOf(types: readonly Type[]): Schema {
    const members = types.filter((type) => (type.flags & TypeFlags.Undefined) === 0);
    const values = members.filter((type) => type.isLiteralType() && (type.flags & TypeFlags.BooleanLiteral) === 0);
    const rest = members.filter(
      (type) => !values.includes(type) && (type.flags & (TypeFlags.BooleanLiteral | TypeFlags.Null)) === 0,
    );
    const isNullable = members.some((type) => (type.flags & TypeFlags.Null) !== 0);
    const schemas: Schema[] = rest.map((type) => this.schemaOf(type));
    if (members.some((type) => (type.flags & TypeFlags.BooleanLiteral) !== 0)) schemas.push({ type: "boolean" });
    if (values.length > 0) schemas.push({ enum: values.map((type) => (type.isLiteralType() ? type.value : null)) });
    const tag = schemas.length > 1 ? this.#tagOf(schemas) : null;
    const alternatives =
      tag === null ? schemas : [{ type: "object", discriminator: { propertyName: tag }, required: [tag], oneOf: schemas }];
    if (isNullable) alternatives.push({ type: "null" });
    const [only] = alternatives;
    return alternatives.length === 1 && only !== undefined ? only : { anyOf: alternatives };
  }

  /** The member that tells the alternatives apart, where each requires it with values of its own; null where none does. */
  #tagOf(alternatives: readonly Schema[]): string | null {
    const objects = alternatives.map((schema) => this.definitions[schema.$ref?.slice("#/definitions/".length) ?? ""] ?? schema);
    const [first] = objects;
    return (
      Object.keys(first?.properties ?? {}).find((name) => {
        const values = objects.flatMap(({ properties, required }) =>
          required?.includes(name) === true ? valuesOf(properties?.[name]) : [null],
        );
        return !values.includes(null) && new Set(values).size === values.length;
      }) ?? null
    );
  }

  #objectOf(type: Type): Schema {
    // `string & {}`: any text, with suggestions.
    if (type.isIntersectionType() && type.getTypes().some((part) => (part.flags & TypeFlags.String) !== 0))
      return { type: "string" };
    const symbol = type.getAliasSymbol() ?? type.getSymbol();
    const isNamed = symbol !== undefined && !symbol.name.startsWith("__") && (type.getAliasTypeArguments()?.length ?? 0) === 0;
    if (!isNamed) return this.#membersOf(type, "");
    const known = this.#names.get(type.id);
    if (known !== undefined) return { $ref: `#/definitions/${known}` };
    const name = this.#nameOf(symbol);
    this.#names.set(type.id, name);
    // In place before its members are read: a member may refer to it.
    this.definitions[name] = {};
    Object.assign(this.definitions[name], this.#membersOf(type, name));
    return { $ref: `#/definitions/${name}` };
  }

  #nameOf(symbol: TypeSymbol): string {
    const parts: string[] = [];
    for (let at: TypeSymbol | undefined = symbol; at !== undefined && /^\w+$/.test(at.name); at = at.getParent())
      parts.unshift(at.name);
    const name = parts.join(".");
    for (let copy = 1; ; copy++) {
      const candidate = copy === 1 ? name : `${name}~${copy}`;
      if (this.definitions[candidate] === undefined) return candidate;
    }
  }

  #membersOf(type: Type, name: string): Schema {
    const [index] = this.#checker.getIndexInfosOfType(type);
    const overrides = this.#options.overrides[name] ?? {};
    const members = this.#checker
      .getPropertiesOfType(type)
      .filter((member) => (member.flags & SymbolFlags.Property) !== 0 && overrides[member.name] !== "dropped");
    const types = this.#checker.getTypeOfSymbol(members);
    const properties: Record<string, Schema> = {};
    members.forEach((member, at) => {
      const memberType = types[at];
      const schema = memberType === undefined ? {} : this.schemaOf(memberType);
      properties[member.name] = override(schema, overrides[member.name]);
    });
    for (const [member, kind] of Object.entries(overrides)) if (kind === "added") properties[member] = {};
    const required = members
      .filter((member) => (member.flags & SymbolFlags.Optional) === 0 && overrides[member.name] !== "optional")
      .map((member) => member.name);
    return {
      type: "object",
      ...(members.length > 0 ? { properties } : {}),
      ...(required.length > 0 ? { required } : {}),
      ...this.#othersOf(index),
    };
  }

  #othersOf(index: IndexInfo | undefined): Schema {
    if (index !== undefined) return { additionalProperties: this.schemaOf(index.valueType) };
    return this.#options.isClosed ? { additionalProperties: false } : {};
  }
}

function override(schema: Schema, kind: Override | undefined): Schema {
  if (kind === "nullable") return { anyOf: [schema, { type: "null" }] };
  return kind === "text" ? { type: "string" } : schema;
}

function valuesOf(schema: Schema | undefined): readonly unknown[] {
  if (schema?.const !== undefined) return [schema.const];
  return schema?.enum ?? [null];
}
