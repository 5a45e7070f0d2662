/** The Worker that tests in workerd run in: the real Durable Object classes, and none of the compiled policy. */
export * from "../../src/adapters/durable-object/classes.ts";
export { AnswerStore } from "../../src/adapters/durable-object/semantic-answer-store.ts";

export default {
  fetch: (): Response => new Response("This Worker only holds objects for tests.", { status: 404 }),
};
