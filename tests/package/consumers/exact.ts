import {
  ChatFireworks,
  ChatOllamaLite,
  ChatOpenLLM,
  CostCallbackHandler,
  costOf,
  FireworksEmbeddings,
  type MeteredChatModel,
} from "langchain-metered";

/** What the environment may not have, as a consumer under `exactOptionalPropertyTypes` passes it on. */
const where = { apiKey: process.env["KEY"], baseURL: process.env["BASE_URL"] };

/** What may be unset, in options of ours and of LangChain's. */
const unset: { timeout: number | undefined; tags: string[] | undefined } = { timeout: undefined, tags: undefined };

export const models = [
  new ChatFireworks({ model: "m", ...where, ...unset }),
  new ChatOpenLLM("m", where),
  new ChatOllamaLite("m", { ...where, baseUrl: where.baseURL }),
] as const;
export const embeddings = new FireworksEmbeddings({ model: "m", ...where });
export const costs = new CostCallbackHandler({ maxPriceAgeDays: unset.timeout, table: undefined });
export const books = (some: readonly MeteredChatModel[]) => some.map((model) => model.costs.totals.costUsd);
export const all = books(models);

export async function spent(): Promise<string | undefined> {
  return costOf(await models[0].invoke("Hello", { callbacks: [costs] })).totalUsd;
}
