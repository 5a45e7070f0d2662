import { type AdminClient, createAdminClient } from "./admin-client.ts";
import { type CliIo, EXIT } from "./io.ts";

/** What a router is asked to do with its keys. */
export interface KeysOnRouter {
  readonly action: "create" | "list" | "rotate" | "revoke";
  readonly id: string;
  readonly consumer: string;
  readonly tenant: string;
  readonly name: string | null;
  /** RFC 3339; null: never. */
  readonly expires: string | null;
  readonly environment: "live" | "test";
  readonly overlapMs: number;
  readonly admin: { readonly url: string; readonly "admin-key"?: string | undefined };
}

type Answer = Readonly<Record<string, unknown>>;

const PATH = "/admin/api/keys";

/** Makes, lists, rotates and revokes keys of a running router. It makes and hashes them: its pepper stays where it is. */
export async function runKeysOnRouter(wanted: KeysOnRouter, io: CliIo): Promise<number> {
  try {
    await act(wanted, await createAdminClient(wanted.admin, io), io);
    return EXIT.done;
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
}

async function act(wanted: KeysOnRouter, client: AdminClient, io: CliIo): Promise<void> {
  const { action, consumer, environment, expires, id, name, overlapMs, tenant } = wanted;
  const key = { environment, expires: expires ?? "never" };
  const query = new URLSearchParams({ tenant });
  switch (action) {
    case "create":
      return show(await client.call("POST", `${PATH}?${query}`, { ...key, consumer, ...(name === null ? {} : { name }) }), io);
    case "rotate": {
      const answer = await client.call("POST", `${PATH}/${id}/rotate?${query}`, {
        ...key,
        overlapSeconds: Math.ceil(overlapMs / 1_000),
      });
      io.err(`Key ${id} is valid until ${text(answer, "oldKeyEnds")}.`);
      warnUnlessTold(answer, io);
      return show(answer, io);
    }
    case "revoke": {
      const answer = await client.call("POST", `${PATH}/${id}/revoke?${query}`, {});
      io.out(`Revoked ${id} at ${text(answer, "revokedAt")}. Every isolate follows within 10 s.`);
      return warnUnlessTold(answer, io);
    }
    case "list":
      return list({ tenant, consumer }, client, io);
  }
}

function show(answer: Answer, io: CliIo): void {
  const validity = answer["expires"] === null ? "without expiry" : `valid until ${text(answer, "expires")}`;
  const owner = `${text(answer, "tenant")}/${text(answer, "consumer")}`;
  io.err(`Key "${text(answer, "name")}" (${text(answer, "id")}) of ${owner}, ${validity}.`);
  io.err("The key itself is shown only now:");
  io.out(text(answer, "key"));
}

/** Page by page: there may be a million. */
async function list(
  { consumer, tenant }: Pick<KeysOnRouter, "consumer" | "tenant">,
  client: AdminClient,
  io: CliIo,
): Promise<void> {
  let after: string | null = "";
  while (after !== null) {
    const query = new URLSearchParams({ tenant, after, limit: "1000", ...(consumer === "" ? {} : { consumer }) });
    const answer = await client.call("GET", `${PATH}?${query}`);
    for (const key of (answer["keys"] ?? []) as readonly Answer[]) {
      const owner = `${text(key, "tenant")}/${text(key, "consumer")}`;
      const expires = key["expires"] === null ? "never" : text(key, "expires");
      io.out([text(key, "id"), owner, text(key, "name"), text(key, "state"), expires, text(key, "source")].join("  "));
    }
    after = typeof answer["next"] === "string" ? answer["next"] : null;
  }
}

function warnUnlessTold(answer: Answer, io: CliIo): void {
  if (answer["isTold"] === true) return;
  io.err(
    "Warning: the hub could not be told yet. It is kept, and isolates follow within seconds of the hub being back, or within five minutes.",
  );
}

function text(answer: Answer, field: string): string {
  const value = answer[field];
  return typeof value === "string" ? value : "";
}
