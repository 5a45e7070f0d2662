import type { PolicyFile } from "../src/core/policy/read-documents.ts";

/** Routes per file: a policy file may hold 256 KiB. */
const ROUTES_PER_FILE = 500;
/** Every so many routes one serves a prefix and not a name. */
const PREFIX_EVERY = 10;

/** Policy files with so many routes, shaped like a platform team's: two hosted models that share the load, a fallback behind them. */
export function writePolicySet(routes: number): readonly PolicyFile[] {
  const files = Array.from({ length: Math.ceil(routes / ROUTES_PER_FILE) }, (_, index) => {
    const first = index * ROUTES_PER_FILE;
    const count = Math.min(ROUTES_PER_FILE, routes - first);
    return {
      path: `routes-${index}.yaml`,
      text: Array.from({ length: count }, (_unused, offset) => renderRoute(first + offset)).join("---\n"),
    };
  });
  return [{ path: "providers.yaml", text: PROVIDERS }, ...files, { path: "wide.yaml", text: renderWideRoute() }];
}

/** The model of one route with a hundred targets. */
export const WIDE_MODEL = "wide";

/** A model name that the route of that number answers, as a caller would send it. */
export function modelOf(route: number): string {
  return servesPrefix(route) ? `${nameOf(route)}-2026-11-21` : nameOf(route);
}

const PROVIDERS = `apiVersion: fairlead.dev/v1alpha1
kind: LLMGateway
metadata: { name: bench }
spec: {}
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: openai }
spec:
  catalogue: openai
  credentials: [{ name: primary, secretKeyRef: { name: openai, key: api-key } }]
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: simulator }
spec: { simulator: {} }
`;

function renderRoute(route: number): string {
  const name = nameOf(route);
  return `apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: ${name} }
spec:
  models: [{ name: "${name}${servesPrefix(route) ? "-*" : ""}" }]
  rules:
    - name: everyone
      groups:
        - name: hosted
          targets:
            - { provider: openai, model: gpt-4o-mini, weight: 3 }
            - { provider: openai, model: gpt-4o, weight: 1 }
        - name: simulated
          targets: [{ provider: simulator, model: sim-small }]
`;
}

function renderWideRoute(): string {
  const groups = Array.from({ length: 7 }, (_, group) => {
    const targets = Array.from(
      { length: group < 2 ? 15 : 14 },
      (_unused, index) => `{ provider: simulator, model: sim-${group}-${index} }`,
    );
    return `        - { name: group-${group}, balance: { leastLatency: {} }, targets: [${targets.join(", ")}] }`;
  });
  return `apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: ${WIDE_MODEL} }
spec:
  models: [{ name: ${WIDE_MODEL} }]
  rules:
    - name: gold
      matches: [{ roles: [gold], request: { minTokens: 1000 } }]
      groups: [{ name: only, targets: [{ provider: simulator, model: sim-small }] }]
    - name: everyone
      groups:
${groups.join("\n")}
`;
}

function nameOf(route: number): string {
  return `team-${String(route).padStart(5, "0")}`;
}

function servesPrefix(route: number): boolean {
  return route % PREFIX_EVERY === PREFIX_EVERY - 1;
}
