/** Policies that set every field about dialects, capabilities and quirks at least once, beside the shipped examples. */
export const EVERY_DIALECT_FIELD = `apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: house }
spec:
  endpoint:
    baseURL: https://llm.example.com/v1
    dialect: anthropic-messages
    alsoSpeaks: [openai-chat]
    auth: { googleServiceAccount: {} }
    paths:
      chat: /chat/{model}
      stream: /stream/{model}
      embeddings: /embed
      count_tokens: /count
    family: house
    maxTokensField: max_completion_tokens
    developerRole: Enabled
    callIds: Alnum9
    streamUsage: Disabled
    anthropicVersion: 2026-10-21
  credentials: [{ name: primary, secretKeyRef: { name: house, key: account } }]
  models:
    - name: large
      capabilities: [tools, vision]
      contextTokens: 1000
      maxOutputTokens: 100
      price: { inputPerMillion: "2", outputPerMillion: "8", cachedInputPerMillion: "0.5", cacheWritePerMillion: "2.5" }
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: signed }
spec:
  endpoint:
    baseURL: https://bedrock.example.com
    dialect: bedrock-converse
    auth: { sigv4: { region: eu-central-1, service: bedrock } }
  repair: Disabled
  credentials: [{ name: primary, secretKeyRef: { name: signed, key: pair } }]
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: frankfurt }
spec:
  catalogue: bedrock
  aws: { region: eu-central-1 }
  credentials: [{ name: primary, secretKeyRef: { name: frankfurt, key: pair } }]
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: house }
spec:
  models: [{ name: house }]
  rules:
    - name: everyone
      groups:
        - name: own
          targets:
            - { provider: house, model: large }
            - { provider: signed, model: any-model }
        - name: cloud
          targets:
            - { provider: frankfurt, model: eu.anthropic.claude-sonnet-5 }
      require: [tools]
      unsupported: Drop
`;
