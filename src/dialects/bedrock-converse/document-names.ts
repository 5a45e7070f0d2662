const NAME_CHARACTERS = 180;

/**
 * Names that documents may have, each given once: letters, digits, single spaces, hyphens, parentheses and brackets. The
 * model reads them.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 */
export function createDocumentNames(): (wish: string | null) => string {
  const given = new Set<string>();
  return (wish) => {
    const stem = withoutExtension(wish ?? "")
      .replaceAll(/[^A-Za-z0-9()[\]-]+/g, " ")
      .trim()
      .slice(0, NAME_CHARACTERS)
      .trim();
    const base = stem === "" ? "document" : stem;
    let name = base;
    for (let copy = 2; given.has(name); copy++) name = `${base} (${copy})`;
    given.add(name);
    return name;
  };
}

function withoutExtension(name: string): string {
  return name.replace(/\.[A-Za-z0-9]{1,5}$/, "");
}
