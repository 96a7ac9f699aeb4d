import {
  ChatFireworks,
  ChatOllamaLite,
  ChatOpenLLM,
  CostCallbackHandler,
  costOf,
  FireworksEmbeddings,
} from "langchain-metered";

/** What the environment may not have, as a consumer under `exactOptionalPropertyTypes` passes it on. */
const where = { apiKey: process.env["KEY"], baseURL: process.env["BASE_URL"] };

export const models = [
  new ChatFireworks({ model: "m", ...where }),
  new ChatOpenLLM("m", where),
  new ChatOllamaLite("m", { ...where, baseUrl: where.baseURL }),
] as const;
export const embeddings = new FireworksEmbeddings({ model: "m", ...where });
export const costs = new CostCallbackHandler();

export async function spent(): Promise<string | undefined> {
  return costOf(await models[0].invoke("Hello", { callbacks: [costs] })).totalUsd;
}
