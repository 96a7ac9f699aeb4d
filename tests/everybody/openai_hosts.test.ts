import { ChatOpenAI } from "@langchain/openai";
import { definePriceTable } from "../../src/callbacks.js";
import { genaiPrices } from "../../src/genai_prices.js";
import { chatCompletion } from "./chat_completions.js";
import { atHost } from "./other_hosts.js";
import { testReports, type Report } from "./reports.js";

const model = "gpt-4o";
const OPENAIS = { provider: "openai", model, inputUsdPerMillion: "2.5", outputUsdPerMillion: "10" };
const onlyOpenAIs = definePriceTable([OPENAIS]);
const COUNTS = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };
const ANSWERS = chatCompletion({ model, usage: COUNTS });

/** Base URLs, and whose they are. */
const KNOWN: readonly (readonly [baseURL: string, provider: string])[] = [
  ["https://api.groq.com/openai/v1", "groq"],
  ["https://api.together.xyz/v1", "together"],
  ["https://api.together.ai/v1", "together"],
  ["https://api.fireworks.ai/inference/v1", "fireworks"],
  ["https://openrouter.ai/api/v1", "openrouter"],
  ["https://api.deepseek.com/v1", "deepseek"],
  ["https://api.x.ai/v1", "xai"],
  ["https://us-east-1.api.x.ai/v1", "xai"],
  ["https://api.mistral.ai/v1", "mistralai"],
  ["https://inst.openai.azure.com/openai/v1", "azure"],
  ["https://inst.services.ai.azure.com/openai/v1", "azure"],
  ["https://api.anthropic.com/v1", "anthropic"],
  ["https://api.perplexity.ai", "perplexity"],
  ["https://api.cerebras.ai/v1", "cerebras"],
  ["https://generativelanguage.googleapis.com/v1beta/openai", "google_genai"],
  ["https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/endpoints/openapi", "google_vertexai"],
  ["https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu/endpoints/openapi", "google_vertexai"],
  ["https://api.githubcopilot.com", "github-copilot"],
  ["https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1", "amazon_bedrock"],
];

function at(baseURL: string): Report["model"] {
  return (url) => new ChatOpenAI({ model, apiKey: "k", maxRetries: 0, ...atHost(baseURL, url) });
}

const onKnownHosts = KNOWN.flatMap(([baseURL, provider]): Report[] => [
  {
    name: `${baseURL} is ${provider}'s`,
    model: at(baseURL),
    answers: ANSWERS,
    table: definePriceTable([OPENAIS, { provider, model, inputUsdPerMillion: "3", outputUsdPerMillion: "12" }]),
    usd: "0.00588", // 1600 x 3 + 90 x 12 = 5880
    billed: `${provider}/${model}`,
    warnings: provider === "openrouter" ? [/what OpenRouter charged was not handed on/] : [],
  },
  {
    name: `${baseURL} does not cost what OpenAI does`,
    model: at(baseURL),
    answers: ANSWERS,
    table: onlyOpenAIs,
    usd: undefined,
    warnings: [new RegExp(provider)],
    billed: `${provider}/${model}`,
  },
]);

const OPENAI_USD = "0.0049"; // 1600 x 2.5 + 90 x 10 = 4900

/** The class calls GPT-5.4 and newer ones by either API: what a host of one region bills depends on the model alone. */
const inOneRegion = (["gpt-5.4-mini", "gpt-5", "gpt-4o"] as const).map((regional): Report => ({
  name: `${regional} in one region`,
  model: (url) =>
    new ChatOpenAI({
      model: regional,
      apiKey: "k",
      maxRetries: 0,
      useResponsesApi: false,
      ...atHost("https://eu.api.openai.com/v1", url),
    }),
  answers: chatCompletion({ model: regional, usage: COUNTS }),
  table: definePriceTable([{ ...OPENAIS, model: regional }]),
  usd: OPENAI_USD,
  ...(regional === "gpt-5.4-mini" ? { between: [OPENAI_USD, undefined], warnings: [/1\.1 times/] } : {}),
}));

const openAIs = [
  "https://oai.helicone.ai/v1",
  "https://api.openai.com/v1",
  "https://eu.api.openai.com/v1",
  "https://API.OPENAI.COM:443/v1/",
].map((baseURL): Report => ({
  name: `${baseURL} is OpenAI's`,
  model: at(baseURL),
  answers: ANSWERS,
  table: onlyOpenAIs,
  usd: OPENAI_USD,
  billed: `openai/${model}`,
}));

/** Hosts that look like OpenAI's and are not. */
const unknown = [
  "https://llm.example.com/v1",
  "https://api.openai.com.example.com/v1",
  "https://example.com/api.openai.com/v1",
  "https://ec2-1-2-3-4.compute-1.amazonaws.com/v1",
  "https://notapi.openai.com.evil.example/v1",
  "https://user:api.openai.com@llm.example.com/v1",
].flatMap((baseURL): Report[] => [
  {
    name: `${baseURL} is nobody's, and does not cost what a list says of OpenAI`,
    model: at(baseURL),
    answers: ANSWERS,
    table: genaiPrices,
    usd: undefined,
    warnings: [/gpt-4o/],
  },
  {
    name: `${baseURL}, with a row for every provider`,
    model: at(baseURL),
    answers: ANSWERS,
    table: definePriceTable([OPENAIS, { model, inputUsdPerMillion: "1", outputUsdPerMillion: "2" }]),
    usd: "0.00178", // 1600 x 1 + 90 x 2 = 1780
  },
  {
    name: `${baseURL}, with one's own row for what the class is made for`,
    model: at(baseURL),
    answers: ANSWERS,
    table: onlyOpenAIs,
    usd: OPENAI_USD,
    warnings: [/your row for `openai`/],
  },
]);

const PRIVATE = [
  "http://localhost:8000/v1",
  "http://127.0.0.1:8000/v1",
  "http://[::1]:8000/v1",
  "http://10.1.2.3:8000/v1",
  "http://192.168.0.7/v1",
  "http://172.16.0.1/v1",
  "http://host.docker.internal:8000/v1",
  "http://vllm:8000/v1",
  "http://gpu.local:8000/v1",
];
const selfHosted = PRIVATE.map((baseURL): Report => ({
  name: `${baseURL} is one's own server`,
  model: at(baseURL),
  answers: ANSWERS,
  table: genaiPrices,
  usd: "0",
  billed: `openllm/${model}`,
}));

const COST = { ...COUNTS, cost: 0.00312, cost_details: { upstream_inference_cost: 0.00312 } };
const said: Report[] = (["own event", "last choice"] as const).map((place) => ({
  name: `a proxy on this machine that says the cost, streamed on ${place}`,
  model: (url) => new ChatOpenAI({ model, apiKey: "k", maxRetries: 0, configuration: { baseURL: `${url}/v1` } }),
  answers: chatCompletion({ model, usage: COST, place }),
  table: genaiPrices,
  usd: "0.00312",
  warnings: [/what the server says/],
}));

const bareUrl: Report = {
  name: "the base URL under the other name that the package takes",
  model: (url) => {
    const fields = { model, apiKey: "k", maxRetries: 0, baseUrl: url };
    return new ChatOpenAI(fields);
  },
  answers: ANSWERS,
  table: genaiPrices,
  usd: "0",
  billed: `openllm/${model}`,
};

const bothUrls: Report = {
  name: "two base URLs: the package takes that of the configuration",
  model: (url) => {
    const fields = {
      model,
      apiKey: "k",
      maxRetries: 0,
      baseUrl: "http://localhost:1/v1",
      ...atHost("https://api.groq.com/openai/v1", url),
    };
    return new ChatOpenAI(fields);
  },
  answers: ANSWERS,
  table: genaiPrices,
  usd: undefined,
  warnings: [/groq/],
  billed: `groq/${model}`,
};

class CorporateChat extends ChatOpenAI {}

const subclass: Report = {
  name: "a class of one's own in front of another host",
  model: (url) =>
    new CorporateChat({ model, apiKey: "k", maxRetries: 0, ...atHost("https://api.groq.com/openai/v1", url) }),
  answers: ANSWERS,
  table: onlyOpenAIs,
  usd: undefined,
  warnings: [/groq/],
  billed: `groq/${model}`,
};

const noUrl: Report = {
  name: "no base URL at all is OpenAI's",
  model: (url) => {
    const { configuration } = atHost("https://api.openai.com/v1", url);
    return new ChatOpenAI({ model, apiKey: "k", maxRetries: 0, configuration: { fetch: configuration?.fetch } });
  },
  answers: ANSWERS,
  table: onlyOpenAIs,
  usd: OPENAI_USD,
  billed: `openai/${model}`,
};

testReports([
  bothUrls,
  ...inOneRegion,
  subclass,
  noUrl,
  ...onKnownHosts,
  ...openAIs,
  ...unknown,
  ...selfHosted,
  ...said,
  bareUrl,
]);
