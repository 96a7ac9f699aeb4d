import { describe, expect, it } from "@jest/globals";
import * as genai from "@pydantic/genai-prices";
import { providerOfHost } from "../../../src/pricing/look_up/known_hosts.js";

describe("whose host it is", () => {
  it.each([
    ["api.openai.com", "openai"],
    ["eu.api.openai.com", "openai"],
    ["API.Groq.com", "groq"],
    ["my-resource.openai.azure.com", "azure"],
    ["us-east-1.api.x.ai", "xai"],
    ["aiplatform.googleapis.com", "google_vertexai"],
    ["europe-west4-aiplatform.googleapis.com", "google_vertexai"],
    ["bedrock-runtime.eu-central-1.amazonaws.com", "amazon_bedrock"],
    ["bedrock-mantle.us-east-1.api.aws", "amazon_bedrock"],
  ])("%s is %s's", (host, provider) => {
    expect(providerOfHost(host)).toBe(provider);
  });

  it.each([
    "openai.com.example.com",
    "api-openai.com",
    "notopenai.azure.com",
    "xapi.groq.com.evil.example",
    "evil-aiplatform.googleapis.com.example.com",
    "storage.googleapis.com",
    "ec2-1-2-3-4.compute-1.amazonaws.com",
    "bedrock-runtime.amazonaws.com.example.com",
    "127.0.0.1",
    "",
  ])("%s is nobody's", (host) => {
    expect(providerOfHost(host)).toBeUndefined();
  });

  // Where a price list knows a host, a model there must be looked up under the name that the list has for it.
  it.each([
    ["https://api.together.xyz/v1", "together"],
    ["https://api.cerebras.ai/v1", "cerebras"],
    ["https://api.z.ai/api/paas/v4", "zai"],
    ["https://open.bigmodel.cn/api/paas/v4", "zhipuai"],
    ["https://api.minimaxi.com/v1", "minimax"],
    ["https://api.novita.ai/v3/openai", "novita"],
    ["https://inference.baseten.co/v1", "baseten"],
    ["https://api.cohere.com/compatibility/v1", "cohere"],
    ["https://oai.endpoints.kepler.ai.cloud.ovh.net/v1", "ovhcloud"],
    ["https://api.doubleword.ai/v1", "doubleword"],
    ["https://api.arcee.ai/v1", "arcee"],
    ["https://api.avian.io/v1", "avian"],
  ])("%s has the name that genai-prices has for it", (url, provider) => {
    expect(providerOfHost(new URL(url).hostname)).toBe(provider);
    expect(genai.findProvider({ providerApiUrl: url })?.id).toBe(provider);
  });
});
