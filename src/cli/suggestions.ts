/** What to try first at a router, line by line; `models` are those that its key may ask for. */
export function suggestions(
  models: readonly string[],
  { key, url }: { readonly url: string; readonly key: string },
): readonly string[] {
  const model = models.includes("chat") ? "chat" : models[0];
  if (model === undefined)
    return ["No model is served to this key: a RoutingPolicy in the namespace `default` makes one. Stop with Ctrl-C."];
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello!" }] }).replaceAll("'", "'\\''");
  const broken = models.includes("broken") ? `, or ask the model "broken" and see with -i how failover answers` : "";
  return [
    "Try it:",
    "",
    `  curl ${url}/v1/chat/completions -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${body}'`,
    "",
    `  Add "stream":true for a stream${broken}. Stop with Ctrl-C.`,
  ];
}
