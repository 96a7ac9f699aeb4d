import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatFireworks, ChatOllamaLite, ChatOpenLLM, type CostCallbackHandler } from "../../../src/index.js";

// Written before the bundle by `bundle.ts`.
declare const SERVER_URL: string;
declare const CLOSED_URL: string;

/** What the checks vary of a model. */
export interface Fields {
  idleTimeout?: number;
  maxRetries?: number;
  fetch?: typeof globalThis.fetch;
  apiKey?: undefined;
}

/** Any of them. */
export type Model = BaseChatModel & { readonly costs: CostCallbackHandler };

/** One of the package's models, at any address. */
export interface Subject {
  readonly name: string;
  at(url: string, fields?: Fields): Model;
}

const shared = {
  model: "test-model",
  apiKey: "sk-test",
  maxRetries: 0,
  pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: "2" },
};

export const subjects: readonly Subject[] = [
  { name: "ChatFireworks", at: (url, fields) => new ChatFireworks({ ...shared, baseURL: `${url}/v1`, ...fields }) },
  { name: "ChatOpenLLM", at: (url, fields) => new ChatOpenLLM({ ...shared, baseURL: `${url}/v1`, ...fields }) },
  { name: "ChatOllamaLite", at: (url, fields) => new ChatOllamaLite({ ...shared, baseURL: url, ...fields }) },
];

/** The address under which the server plays one of its parts; see `service.ts`. */
export const serverOf = (part: string): string => `${SERVER_URL}/${part}`;

/** The address of a part that waits in the middle, a place of its own for each model. */
export const waitingServerOf = (part: string, { name }: Subject): string => `${SERVER_URL}/${part}/${name}`;

/** Resolves when the server has come to where it waits, and has it go on. */
export async function letGoOn(url: string): Promise<void> {
  await (await fetch(`${url}/go-on`)).text();
}

/** An address where nobody listens. */
export const closedUrl = (): string => CLOSED_URL;

/** The same with a user and a password in it. */
export const withPassword = (url: string): string => url.replace("://", "://user:p%C3%A4ss@");

/** Models that are made while the module loads, as Workers usually make them. */
export const early: ReadonlyMap<string, Model> = new Map(
  subjects.map((subject) => [subject.name, subject.at(serverOf("answers"))]),
);
