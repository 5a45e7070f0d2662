import { judgeJson, judgeStream } from "../judges/index.ts";
import type { RawAnswer } from "./ask-raw.ts";
import { dialectOf } from "./backends.ts";
import { isFailure } from "./compare-heard.ts";
import type { Played } from "./exchanges.ts";
import type { SurfaceName } from "./heard.ts";

/** What breaks the rules of its surface in an answer that the router wrote; what it passed on is its provider's. */
export function judgeRaw(played: Played, surface: SurfaceName, { isCut, status, text }: RawAnswer): readonly string[] {
  if (isCut) return ["the connection broke"];
  if (status !== 200) return judgeJson({ surface, kind: "error", text });
  if (dialectOf(played.step.backend) === surface) return [];
  if (!played.stream) return judgeJson({ surface, kind: "chat", text });
  const fails = isFailure(played.said) || (played.said.finish === "error" && surface === "openai-responses");
  return judgeStream({ surface, text, outcome: fails ? "error" : "complete" });
}
