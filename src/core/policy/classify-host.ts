/** `metadata` is never a destination; `private` only when the gateway names the origin. */
export type HostClass = "public" | "private" | "metadata";

type Ipv4Range = readonly [network: string, prefixLength: number];

/** Not reachable as a public host: this network, private, shared, loopback, test, benchmark, multicast and reserved ranges. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE_IPV4: readonly Ipv4Range[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];
/** Link-local, where clouds serve instance credentials, and Alibaba's metadata address. */
const METADATA_IPV4: readonly Ipv4Range[] = [
  ["169.254.0.0", 16],
  ["100.100.100.200", 32],
];
const METADATA_NAMES: ReadonlySet<string> = new Set(["metadata.google.internal", "metadata.goog", "metadata", "instance-data"]);
/** Suffixes that only private resolvers answer, and public names that resolve to whatever address they spell. */
const PRIVATE_SUFFIXES = [
  "localhost",
  "local",
  "internal",
  "intranet",
  "lan",
  "home.arpa",
  "svc",
  "cluster.local",
  "nip.io",
  "sslip.io",
  "xip.io",
  "localtest.me",
  "lvh.me",
  "vcap.me",
  "lacolhost.com",
];

/**
 * Where a host leads, by its name alone: `hostname` as the URL parser canonicalised it. Names that resolve to private
 * addresses cannot be recognised here; the platform's own egress rules have to.
 */
export function classifyHost(hostname: string): HostClass {
  const name = hostname.replace(/\.$/, "");
  if (name.startsWith("[")) return classifyIpv6(name.slice(1, -1));
  const address = parseIpv4(name);
  if (address !== null) return classifyIpv4(address);
  if (METADATA_NAMES.has(name)) return "metadata";
  const embedded = /(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})\.(?:nip|sslip|xip)\.io$/.exec(name);
  if (embedded !== null && classifyHost(embedded.slice(1).join(".")) === "metadata") return "metadata";
  const isPrivate = !name.includes(".") || PRIVATE_SUFFIXES.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
  return isPrivate ? "private" : "public";
}

function classifyIpv4(address: number): HostClass {
  if (METADATA_IPV4.some((range) => isInside(address, range))) return "metadata";
  return PRIVATE_IPV4.some((range) => isInside(address, range)) ? "private" : "public";
}

function isInside(address: number, [network, prefixLength]: Ipv4Range): boolean {
  const size = 2 ** (32 - prefixLength);
  return Math.floor(address / size) === Math.floor((parseIpv4(network) ?? 0) / size);
}

function parseIpv4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return null;
  return parts.reduce((address, part) => address * 256 + part, 0);
}

/** Only global unicast is public; addresses that carry an IPv4 address are judged by it. */
function classifyIpv6(text: string): HostClass {
  const words = expandIpv6(text);
  const carriesIpv4 = words.slice(0, 5).every((word) => word === 0) || startsWith(words, [0x64, 0xff9b]);
  if (carriesIpv4) return notPublic(classifyIpv4((words[6] ?? 0) * 65_536 + (words[7] ?? 0)));
  if (startsWith(words, [0xfd00, 0xec2]) || wordUnder(words, 0xffc0) === 0xfe80) return "metadata";
  return wordUnder(words, 0xe000) === 0x2000 && !isTunnelOrExample(words) ? "public" : "private";
}

/** 6to4 and Teredo, which carry IPv4 addresses as well, and the documentation range. */
function isTunnelOrExample(words: readonly number[]): boolean {
  return [[0x2002], [0x2001, 0], [0x2001, 0xdb8]].some((prefix) => startsWith(words, prefix));
}

function startsWith(words: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((word, index) => words[index] === word);
}

/** The bits of the first word that `mask` keeps. */
function wordUnder(words: readonly number[], mask: number): number {
  return (words[0] ?? 0) & mask;
}

/** An IPv4 address in IPv6 clothes has no business in a policy, so even a public one must be named. */
function notPublic(hostClass: HostClass): HostClass {
  return hostClass === "metadata" ? "metadata" : "private";
}

/** The URL parser has already turned dotted tails into hex words, so only `::` is left to expand. */
function expandIpv6(text: string): readonly number[] {
  const [head = "", tail] = text.split("::");
  const before = toWords(head);
  if (tail === undefined) return before;
  const after = toWords(tail);
  return [...before, ...Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => 0), ...after];
}

function toWords(part: string): readonly number[] {
  return part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16));
}
