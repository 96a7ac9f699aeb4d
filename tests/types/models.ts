/** Compiled by `npm run typecheck`, never run: what a user's compiler says of the three models. */
import type { AIMessageChunk, BaseMessage } from "@langchain/core/messages";
import { z } from "zod";
import { z as z3 } from "zod/v3";
import { ChatFireworks, ChatOllamaLite, ChatOpenLLM, CostCallbackHandler, costOf, priceOf } from "../../src/index.js";
import type { Equal, Expect } from "./equal.js";

const models = [
  new ChatFireworks("m", { temperature: 0, reasoningEffort: "low", streaming: "auto", logprobs: 5 }),
  new ChatFireworks({ model: "m", maxTokens: 5, timeout: 1, costs: new CostCallbackHandler() }),
  new ChatOpenLLM("m", { baseURL: "http://localhost:8000/v1" }),
  new ChatOpenLLM({ model: "m", apiKey: "k", stop: ["x"], pricing: "free" }),
  new ChatOllamaLite("m", { baseUrl: "http://localhost:11434" }),
  new ChatOllamaLite({ model: "m", baseURL: "http://localhost:11434" }),
] as const;

// @ts-expect-error a model is not named by a number
void new ChatFireworks(5);
// @ts-expect-error the model is named once
void new ChatFireworks("m", { model: "n" });
void new ChatOpenLLM("m", {
  pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: 2, cachedInputUsdPerMillion: "0.1" },
});
void new ChatOllamaLite("m", { pricing: { gpuUsdPerHour: "2.50", gpus: 2, share: 0.5 } });
// @ts-expect-error a price has two sides
void new ChatFireworks("m", { pricing: { inputUsdPerMillion: "1" } });
// @ts-expect-error a price is free, unpriced or a figure
void new ChatFireworks("m", { pricing: "cheap" });
// @ts-expect-error a temperature is a number
void new ChatOpenLLM("m", { temperature: "hot" });

const [fireworks] = models;
const answer = fireworks.invoke("hello", {
  temperature: 0.5,
  reasoningEffort: 512,
  stop: ["x"],
  headers: { "x-a": "b" },
});
export type Invoked = Expect<Equal<Awaited<typeof answer>, AIMessageChunk>>;
void fireworks.invoke("hello", { maxTokens: null, reasoningEffort: null });
void models[2].invoke("hello", { topP: null, grammar: null });
void models[4].invoke("hello", { numPredict: null, keepAlive: null });
// @ts-expect-error call options are checked too
void fireworks.invoke("hello", { maxTokens: "many" });

const Person = z.object({ name: z.string(), age: z.number() });
type PersonObject = { name: string; age: number };
const parsed = fireworks.withStructuredOutput(Person).invoke("Ann is 5.");
export type Parsed = Expect<Equal<Awaited<typeof parsed>, PersonObject>>;
const raw = fireworks.withStructuredOutput(Person, { includeRaw: true, method: "jsonSchema" }).invoke("Ann is 5.");
export type Raw = Expect<Equal<Awaited<typeof raw>, { raw: BaseMessage; parsed: PersonObject }>>;
const wanted: { includeRaw?: boolean } = {};
const either = fireworks.withStructuredOutput(Person, wanted).invoke("Ann is 5.");
export type Either = Expect<Equal<Awaited<typeof either>, PersonObject | { raw: BaseMessage; parsed: PersonObject }>>;
const parsed3 = models[2].withStructuredOutput(z3.object({ name: z3.string() })).invoke("Ann");
export type Parsed3 = Expect<Equal<Awaited<typeof parsed3>, { name: string }>>;
// @ts-expect-error there are three methods
void fireworks.withStructuredOutput(Person, { method: "guess" });

const bound = fireworks.bindTools([{ name: "f", description: "d", schema: Person }], {
  tool_choice: "f",
  maxTokens: 5,
});
const boundAnswer = bound.invoke("hello", { temperature: 0 });
export type Bound = Expect<Equal<Awaited<typeof boundAnswer>, AIMessageChunk>>;

export const cost: string | undefined = fireworks.costs.totals.costUsd;
export const price: string | null = priceOf("accounts/fireworks/models/kimi-k3").inputUsdPerMillion;
export const one = answer.then((message): string | undefined => costOf(message).totalUsd);
