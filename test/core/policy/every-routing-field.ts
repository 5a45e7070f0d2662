/** Policies that set every field about rules, balancing, places and control at least once, beside the shipped examples. */
export const EVERY_ROUTING_FIELD = `apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: berlin }
spec:
  endpoint: { baseURL: https://berlin.example.com/v1 }
  location: { region: eu-central, zone: zone-a, jurisdiction: EU }
  models: [{ name: "*", price: { inputPerMillion: "1", outputPerMillion: "4" } }]
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: paris }
spec:
  endpoint: { baseURL: https://paris.example.com/v1 }
  location: { region: eu-west, jurisdiction: FR }
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: every }
spec:
  mode: Enforce
  models:
    - name: every
      limits: [{ requests: 600, per: 1m, batch: 40%, failureMode: Closed }, { concurrency: 40 }]
      budgets: [{ usd: "90", per: week, timeZone: Europe/Berlin }]
    - { name: every-* }
  rules:
    - name: matched
      matches:
        - models: [every-*]
          callers: [every-app]
          roles: [dev]
          tags: { tier: gold, team: blue-* }
          headers: { x-team: red, x-stage: test* }
          paths: [/v1/messages]
          request: { stream: true, tools: false, images: true, audio: false, jsonSchema: true, minTokens: 10, maxTokens: 4000 }
          time: { days: [Mon, Sat], from: 08:00, to: 17:30, timeZone: Europe/Berlin }
          cel: caller.tags.tier == "gold" && request.model.re2('^every-[0-9]') && request.path.re2('v1')
        - roles: [ops]
      locality: { prefer: Zone, spill: WhenUnavailable, jurisdictions: [EU, FR] }
      priority: Batch
      callerPreferences: Allow
      mirror: { percent: 5%, target: { provider: paris, model: copied } }
      cache:
        exact: { ttl: 1h, staleWhileRevalidate: 10m, staleIfError: 24h }
        semantic: { maxFalseHitRate: 2%, per: Request, mode: Shadow, shadowBudget: 4% }
        sharedBy: Tenant
        coalesce: {}
        charge: 25%
        tags: [faq, support]
        promptVersion: "7"
        negative: { ttl: 30s }
      failover: { on: [overloaded, auth], maxAttempts: 4, hedge: { afterPercentile: 90, minDelay: 750ms, maxExtraCost: "0.02" } }
      groups:
        - name: cheapest
          balance: { leastCost: { maxInputPerMillion: "3", maxOutputPerMillion: "12", minTokensPerSecond: 20, maxTtft: { p50: 1s, p90: 2s, p99: 5s } } }
          targets: [{ provider: berlin, model: a, weight: 7 }, { provider: paris, model: a }]
        - name: fastest
          balance: { leastLatency: { costWeight: 40% } }
          targets: [{ provider: berlin, model: b }]
        - name: idle
          balance: { leastInFlight: {} }
          targets: [{ provider: berlin, model: c }]
        - name: kept
          balance: { hash: { by: Header, header: x-session } }
          targets: [{ provider: berlin, model: d }]
        - { name: elsewhere, model: tried }
    - name: split
      split:
        by: { by: Key }
        variants:
          - { name: canary, percent: 12.5%, groups: [{ name: new, targets: [{ provider: paris, model: new }] }] }
          - { name: stable, percent: 87.5%, groups: [{ name: old, targets: [{ provider: berlin, model: old }] }] }
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: tried }
spec:
  models: [{ name: tried }]
  rules: [{ name: main, groups: [{ name: only, targets: [{ provider: berlin, model: e }] }] }]
---
apiVersion: fairlead.dev/v1alpha1
kind: Consumer
metadata: { name: every-team }
spec: { budgets: [{ usd: "1000", per: month, timeZone: Europe/Berlin }] }
---
apiVersion: fairlead.dev/v1alpha1
kind: Consumer
metadata: { name: every-app }
spec:
  parent: every-team
  tags: { tier: gold }
  admission: Strict
  limits:
    - { requests: 600, per: 1m, failureMode: Open }
    - { tokens: 200000, per: 90s, models: [every-*], batch: 60% }
    - { concurrency: 50 }
  budgets: [{ tokens: 9000000, per: week, models: [every-*, tried], batch: 50%, failureMode: Local }]
  keys:
    - name: ci
      id: everyField00
      hash: "v1:0000000000000000000000000000000000000000000000000000000000000000"
      limits: [{ requests: 5, per: 1s }]
      budgets: [{ usd: "2.50", per: day }]
`;
