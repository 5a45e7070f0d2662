/** `adapters/durable-object/semantic-answer-store.ts` where a route of the compiled policy has a semantic tier, else `answer-store-object.ts`. */
declare module "fairlead:answers" {
  export { AnswerStore } from "./adapters/durable-object/answer-store-object.ts";
}
