const ADDRESS = /^[0-9a-f:.]{2,45}$/;
const GROUPS = 8;
/** Of IPv6: what one customer of a network is given at the least. */
const NETWORK_GROUPS = 4;

/**
 * Whom a request came from, as the platform says (`cf-connecting-ip`): an IPv4 address, or the first 64 bits of an IPv6 one,
 * within which a sender can choose at will. Null where nothing says so.
 */
export function clientAddress(headers: ReadonlyMap<string, string>): string | null {
  const text = headers.get("cf-connecting-ip")?.trim().toLowerCase() ?? "";
  if (!ADDRESS.test(text)) return null;
  return text.includes(":") ? networkOf(text) : text;
}

/** `2001:db8::1` → `2001:db8:0:0`. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("::", 2);
  const first = groupsOf(head);
  const missing = tail === undefined ? 0 : GROUPS - first.length - groupsOf(tail).length;
  const groups = [...first, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...groupsOf(tail ?? "")];
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}
