/** `namespace/provider` of a target id, `namespace/provider/model`; the model may hold slashes of its own. */
export function providerOf(targetId: string): string {
  const end = targetId.indexOf("/", targetId.indexOf("/") + 1);
  return end < 0 ? targetId : targetId.slice(0, end);
}
