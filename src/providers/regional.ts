import type { Catalogue } from "../core/policy/catalogue.ts";
import { imitating } from "./row.ts";

/** Who is chosen for where it is: Europe first, then China. */
export const REGIONAL: Catalogue = {
  ...imitating("openai-chat", {
    nebius: {
      baseUrl: "https://api.tokenfactory.nebius.com/v1",
      docs: "https://docs.tokenfactory.nebius.com/api-reference/inference/create-chat-completion",
      asOf: "2026-06",
    },
    ovhcloud: {
      baseUrl: "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1",
      docs: "https://www.ovhcloud.com/en/public-cloud/ai-endpoints/catalog/",
      asOf: "2026-06",
    },
    scaleway: {
      baseUrl: "https://api.scaleway.ai/v1",
      docs: "https://www.scaleway.com/en/docs/generative-apis/",
      asOf: "2026-06",
    },
    stackit: {
      baseUrl: "https://api.openai-compat.model-serving.eu01.onstackit.cloud/v1",
      docs: "https://docs.stackit.cloud/products/data-and-ai/ai-model-serving/basics/available-shared-models",
      asOf: "2026-06",
    },
    ionos: {
      baseUrl: "https://openai.inference.de-txl.ionos.com/v1",
      docs: "https://docs.ionos.com/cloud/ai/ai-model-hub",
      asOf: "2026-08",
    },
    cortecs: { baseUrl: "https://api.cortecs.ai/v1", docs: "https://docs.cortecs.ai/", asOf: "2026-07" },
    regolo: { baseUrl: "https://api.regolo.ai/v1", docs: "https://docs.regolo.ai/", asOf: "2026-07" },
    berget: { baseUrl: "https://api.berget.ai/v1", docs: "https://api.berget.ai", asOf: "2026-07" },
    evroc: {
      baseUrl: "https://models.think.evroc.com/v1",
      docs: "https://docs.evroc.com/products/think/overview.html",
      asOf: "2026-07",
    },
    alibaba: {
      baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
      docs: "https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope",
      asOf: "2026-06",
    },
    "alibaba-cn": {
      baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
      family: "alibaba",
      docs: "https://help.aliyun.com/zh/model-studio/compatibility-of-openai-with-dashscope",
      asOf: "2026-06",
    },
    "volcengine-ark": {
      baseUrl: "https://ark.cn-beijing.volces.com/api/v3",
      docs: "https://www.volcengine.com/docs/82379/1330310",
      asOf: "2026-11",
    },
    "baidu-qianfan": {
      baseUrl: "https://qianfan.baidubce.com/v2",
      docs: "https://cloud.baidu.com/doc/qianfan-api/s/3m9b5lqft",
      asOf: "2026-08",
    },
    "tencent-hunyuan": {
      baseUrl: "https://api.hunyuan.cloud.tencent.com/v1",
      docs: "https://cloud.tencent.com/document/product/1729/111007",
      asOf: "2026-08",
    },
    "tencent-tokenhub": {
      baseUrl: "https://tokenhub.tencentmaas.com/v1",
      docs: "https://cloud.tencent.com/document/product/1823/130079",
      asOf: "2026-06",
    },
    siliconflow: {
      baseUrl: "https://api.siliconflow.com/v1",
      docs: "https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions",
      asOf: "2026-06",
    },
    "siliconflow-cn": {
      baseUrl: "https://api.siliconflow.cn/v1",
      family: "siliconflow",
      docs: "https://docs.siliconflow.cn/cn/api-reference/chat-completions/chat-completions",
      asOf: "2026-06",
    },
    modelscope: {
      baseUrl: "https://api-inference.modelscope.cn/v1",
      docs: "https://modelscope.cn/docs/model-service/API-Inference/intro",
      asOf: "2026-06",
    },
  }),
  ...imitating("anthropic-messages", {
    "alibaba-anthropic": {
      baseUrl: "https://dashscope-intl.aliyuncs.com/apps/anthropic/v1",
      family: "alibaba",
      docs: "https://www.alibabacloud.com/help/en/model-studio/anthropic-api-messages",
      asOf: "2026-06",
    },
  }),
};
