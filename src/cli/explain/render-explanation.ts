import { renderDecision } from "../../core/routing/render-decision.ts";
import type { Ending } from "../decision/ending.ts";
import { durationText } from "../duration-text.ts";
import type { Explanation, RequestSummary, RoutePlan } from "./explanation.ts";
import { renderAttempts, statusText } from "./render-attempts.ts";

/** The decision as a tree for people, ends without a line break. */
export function renderExplanation({ ending, notes, plan, request, rules }: Explanation): string {
  const blocks = [
    [...requestLines(request), ...notes.map((note) => `note      ${note}`)].join("\n"),
    rules.length === 0 ? null : `Which rule\n${indented(renderDecision(rules))}`,
    ...(plan === null ? [] : planBlocks(plan, request)),
    `${endingTitle(plan)}\n${indented(endingText(ending))}`,
  ];
  return blocks.filter((block) => block !== null).join("\n\n");
}

function requestLines(request: RequestSummary): readonly string[] {
  const { at, caller, holds, key, model, operation, path, region, roles, stream, tags, tenant, tokens, zone } = request;
  const what = [`about ${tokens.toLocaleString("en-US")} tokens in`, stream ? "streamed" : "not streamed", ...holds];
  const tagTexts = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
  const who = [
    caller === "" ? `nobody known of tenant ${tenant}` : `${tenant}/${caller}`,
    ...(key === "" ? [] : [`key ${key}`]),
    ...(roles.length === 0 ? [] : [`roles ${roles.join(", ")}`]),
    ...(tagTexts.length === 0 ? [] : [`tags ${tagTexts.join(", ")}`]),
  ];
  const place = region === null ? "" : `, served in region ${region}${zone === null ? "" : `, zone ${zone}`}`;
  return [
    model === null ? `request   POST ${path}` : `request   ${operation} for the model ${model}, POST ${path}`,
    ...(model === null ? [] : [`          ${what.join(", ")}`]),
    `caller    ${who.join(", ")}`,
    `at        ${at}${place}`,
  ];
}

function planBlocks(plan: RoutePlan, { stream }: RequestSummary): readonly string[] {
  const { beside, firstAsked, neverAsked, order, standIns } = plan;
  const shares = firstAsked.map(
    ({ share, target }) => `${target ?? "nobody, the router counts itself"} ${(share * 100).toFixed(1)}%`,
  );
  const targets = [
    ...standIns.map(({ group, isOff, model }) => {
      return `in place of group ${group}: ${isOff ? `nobody, the model ${model} was switched off` : `the rules of the model ${model}`}`;
    }),
    renderDecision(order),
    ...neverAsked.map(({ target, why }) => `✗ target ${target}: never asked, ${why}`),
    ...(shares.length === 0 ? [] : [`over 1,000 draws, asked first: ${shares.join(", ")}`]),
  ];
  return [
    `Which targets\n${indented(targets.filter((text) => text !== "").join("\n"))}`,
    `How long\n${indented(limitLines(plan, stream).join("\n"))}`,
    ...renderAttempts(plan, stream),
    ...(beside.length === 0 ? [] : [`Beside it\n${indented(beside.join("\n"))}`]),
  ];
}

function limitLines({ hedge, limits }: RoutePlan, stream: boolean): readonly string[] {
  const { askedTotalMs, idleMs, maxAttempts, totalMs, ttftMs } = limits;
  const total =
    askedTotalMs === null
      ? durationText(totalMs)
      : `${durationText(askedTotalMs)}, which the caller asked for (the rule allows ${durationText(totalMs)})`;
  return [
    `deadline  ${total}; at most ${maxAttempts} ${maxAttempts === 1 ? "attempt" : "attempts"} share it`,
    ...(stream
      ? [`stream    first content within ${durationText(ttftMs)}, then no silence longer than ${durationText(idleMs)}`]
      : []),
    ...(hedge === null ? [] : [`hedge     ${hedge}`]),
  ];
}

function endingTitle(plan: RoutePlan | null): string {
  return plan === null || plan.attempts.length === 0 ? "What the caller gets" : "What the caller gets when nothing is left";
}

function endingText(ending: Ending): string {
  const { isFinal, message, retryAfterSeconds } = ending;
  const advice = [
    ...(retryAfterSeconds === null ? [] : [`retry-after: ${Math.ceil(retryAfterSeconds)}`]),
    ...(isFinal ? ["x-should-retry: false"] : []),
  ];
  return [`${statusText(ending)}: ${message}`, ...advice].join("\n");
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
