import { catalogueReference } from "./catalogue-reference.ts";
import { PROBLEM_TABLE } from "../core/policy/problem.ts";
import { POLICY_KINDS } from "../core/policy/schema/kinds.ts";
import { type StructuralSchema, toStructuralSchema } from "./structural-schema.ts";

const INTRODUCTION = `# Policies

<!-- Written by \`npx fairlead generate\` from src/core/policy/ and src/providers/. Edit those, not this page. -->

Policy files are YAML documents in \`policies/\`, one or many a file, in any number of files. \`npx fairlead validate\` reports
every problem at once; the codes are at the end of this page. Editors that read \`# yaml-language-server: $schema=…\` in the first
line complete and check fields while you type.

- Durations are Gateway API durations (\`250ms\`, \`30s\`, \`1h30m\`), sizes Kubernetes quantities (\`512Ki\`, \`4Mi\`), money quoted
  decimal text in US dollars, percentages end in \`%\`. Nothing is a bare number with a hidden unit.
- The namespace is the tenant; without one it is \`default\`. References stay inside a namespace.
- Where one of several fields is to be set, the field that is present decides. There is no \`enabled:\`.
- A directory with an error is refused as a whole, and what was compiled before keeps serving.
- YAML merge keys (\`<<\`) are refused; anchors and aliases are allowed, up to 100 a document.
- A file may hold 256 KiB.
`;

/** docs/policies.md: every field of every kind, every row of the catalogue, and every problem code. */
export function fieldReference(): string {
  const kinds = Object.entries(POLICY_KINDS).map(([kind, { schema }]) => kindSection(kind, toStructuralSchema(schema)));
  return [INTRODUCTION, ...kinds, catalogueReference(), problemSection()].join("\n");
}

function kindSection(kind: string, schema: StructuralSchema): string {
  const rows = Object.entries(schema.properties ?? {})
    .filter(([name]) => name === "metadata" || name === "spec")
    .flatMap(([name, field]) => fieldRows(name, field, true));
  const table = ["| field | type | | meaning |", "|---|---|---|---|", ...rows];
  return `## ${kind}\n\n${schema.description ?? ""}\n\n${table.join("\n")}\n`;
}

function fieldRows(path: string, schema: StructuralSchema, isRequired: boolean): readonly string[] {
  const row = `| \`${path}\` | ${typeText(schema)} | ${isRequired ? "required" : ""} | ${cell(schema.description ?? "")} |`;
  const inner = schema.items ?? schema;
  const prefix = schema.items === undefined ? path : `${path}[]`;
  const rows = Object.entries(inner.properties ?? {}).flatMap(([name, field]) =>
    fieldRows(`${prefix}.${name}`, field, inner.required?.includes(name) ?? false),
  );
  return [row, ...rows];
}

function typeText(schema: StructuralSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(", ");
  switch (schema.type) {
    case "array":
      return `list of ${schema.minItems ?? 0}–${schema.maxItems ?? "∞"}${itemText(schema.items)}`;
    case "integer":
      return `${schema.minimum ?? ""}–${schema.maximum ?? ""}`;
    case "object":
      return schema.additionalProperties === undefined ? "map" : "map of text";
    case "string":
      return "text";
    case "boolean":
      return "true, false";
    default:
      return schema.type;
  }
}

function itemText(items: StructuralSchema | undefined): string {
  return items === undefined || items.properties !== undefined ? "" : `: ${typeText(items)}`;
}

function problemSection(): string {
  const rows = Object.entries(PROBLEM_TABLE).map(([code, { severity, says }]) => `| \`${code}\` | ${severity} | ${cell(says)} |`);
  return `## Problems\n\n| code | | means |\n|---|---|---|\n${rows.join("\n")}\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
