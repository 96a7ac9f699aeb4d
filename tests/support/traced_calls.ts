import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatOpenAI } from "@langchain/openai";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { subjects } from "../contract/subjects.js";
import type { WireScripts } from "../contract/wires/answer_script.js";
import { openaiScripts } from "../contract/wires/openai_scripts.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { cut, stall, type Script } from "./wire_script.js";

/** What a case says of its model. */
interface TracedFields {
  /** @default true: 1 dollar for a million tokens in, and 2 for a million out */
  isPriced?: false;
  /** What bounds an estimate of its output; nothing does by default. */
  maxTokens?: number;
}

/** A model of a wire server, and how its wire looks. */
export interface TracedModel {
  readonly name: string;
  readonly scripts: WireScripts;
  create(url: string, fields?: TracedFields): BaseChatModel;
}

const PIECES = [{ text: "Hello " }, { text: "there." }];

const PRICING = { inputUsdPerMillion: "1", outputUsdPerMillion: "2" };

/** A public host, since one of this machine is free; its requests go to a wire server. */
const HOST = "https://models.example.com";
const fetchFrom =
  (url: string): typeof fetch =>
  (input, init) =>
    fetch(String(input instanceof Request ? input.url : input).replace(HOST, url), init);

/** The three models of this package. */
export const ownModels: readonly TracedModel[] = subjects.map(({ name, scripts, create }) => ({
  name,
  scripts,
  create: (url, { isPriced = true, ...fields } = {}) =>
    create(HOST, { fetch: fetchFrom(url), ...fields, ...(isPriced ? { pricing: PRICING } : {}) }),
}));

/** OpenAI's streams begin with the role, by which its class knows whose message it is. */
const ROLE = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { role: "assistant", content: "" } }] })}\n\n`;

/** Another package's model, whose books a handler keeps. */
export const otherModel: TracedModel = {
  name: "ChatOpenAI",
  scripts: {
    ...openaiScripts,
    streamed: (pieces = PIECES, ...rest) => openaiScripts.streamed([ROLE, ...pieces], ...rest),
  },
  create(url, { isPriced = true } = {}) {
    const table = definePriceTable(isPriced ? [{ model: "test-model", ...PRICING }] : []);
    const callbacks = [new CostCallbackHandler({ table })];
    const configuration = { baseURL: `${HOST}/v1`, fetch: fetchFrom(url) };
    return new ChatOpenAI({ model: "test-model", apiKey: "k", maxRetries: 0, configuration, callbacks });
  },
};

/** How a call goes, and what the server does. */
export interface TracedCase {
  readonly name: "streamed" | "invoked" | "failed" | "aborted" | "left" | "unpriced" | "estimated";
  readonly fields?: TracedFields;
  script(scripts: WireScripts): Script;
  call(model: BaseChatModel, callbacks: BaseCallbackHandler[]): Promise<unknown>;
}

const read: TracedCase["call"] = async (model, callbacks) => {
  for await (const _ of await model.stream("Hi.", { callbacks }));
};
const failing: TracedCase["call"] = (model, callbacks) =>
  read(model, callbacks).then(
    () => Promise.reject(new Error("The call should have failed.")),
    () => undefined,
  );

/** Every way in which a call ends that a trace tells apart. */
export const tracedCases: readonly TracedCase[] = [
  { name: "streamed", script: (scripts) => scripts.streamed(), call: read },
  {
    name: "invoked",
    script: (scripts) => scripts.whole(),
    call: (model, callbacks) => model.invoke("Hi.", { callbacks }),
  },
  {
    name: "failed",
    fields: { maxTokens: 700 },
    script: (scripts) => scripts.streamed([...PIECES, cut], { ended: false }),
    call: failing,
  },
  {
    name: "aborted",
    fields: { maxTokens: 700 },
    script: (scripts) => scripts.streamed([{ text: "Hello " }, stall]),
    async call(model, callbacks) {
      const controller = new AbortController();
      const stream = await model.stream("Hi.", { callbacks, signal: controller.signal });
      await stream.next();
      controller.abort();
      await stream.next().then(
        () => Promise.reject(new Error("The call should have been aborted.")),
        () => undefined,
      );
    },
  },
  {
    name: "left",
    script: (scripts) => scripts.streamed([{ text: "Hello " }, stall]),
    async call(model, callbacks) {
      for await (const _ of await model.stream("Hi.", { callbacks })) break;
    },
  },
  { name: "unpriced", fields: { isPriced: false }, script: (scripts) => scripts.streamed(), call: read },
  { name: "estimated", script: (scripts) => scripts.streamed(undefined, { usage: null }), call: read },
];
