import { SHORT } from "../prompts.js";
import { builtPackage } from "../subject.js";
import type { Work } from "./client.js";

let made = 0;

/** Requests a call, after each id was asked for once and the server said what it refuses. */
export const requestsOfManyModels: Work = async ({ who, size }, url) => {
  const { ChatOpenLLM } = await builtPackage();
  made++;
  const baseURL = `${url}/refusing/${made}/v1`; // a server that nothing is known of yet
  const ids = Array.from({ length: size }, (_, index) => (who === "one id" ? "m" : `m${index}`));
  const models = ids.map((model) => new ChatOpenLLM({ model, baseURL, maxRetries: 0 }));
  const round = async () => {
    for (const model of models) for await (const _ of await model.stream(SHORT));
  };
  await round();
  const before = await requests(url);
  await round();
  return ((await requests(url)) - before) / size;
};

const requests = async (url: string): Promise<number> => Number(await (await fetch(`${url}/requests`)).text());
