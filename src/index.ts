import { handle } from "./http/handle.ts";
import { createDeps, type Env } from "./worker.ts";

export * from "./adapters/durable-object/classes.ts";
export { AnswerStore } from "fairlead:answers";

let deps: ReturnType<typeof createDeps> | null = null;

export default {
  fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> | Response {
    deps ??= createDeps(env);
    return handle(request, deps, context);
  },
};
