import { tool } from "@langchain/core/tools";
import { createAgent, initChatModel } from "langchain";
import { z } from "zod";
import { parseBill, reconcile } from "../../../src/bill.js";
import * as callbacks from "../../../src/callbacks.js";
import { FocusTable } from "../../../src/exports.js";
import * as fireworks from "../../../src/fireworks.js";
import * as all from "../../../src/index.js";
import { budgetMiddleware } from "../../../src/middleware.js";
import * as ollama from "../../../src/ollama.js";
import * as openllm from "../../../src/openllm.js";
import { registerProviders } from "../../../src/register.js";
import { add, bookedInMemory, question, type Check } from "./check.js";
import { serverOf } from "./models.js";
import { errorOf } from "./report.js";

/** LangChain's names of the providers, as `registerProviders` has them. */
const PROVIDERS: Readonly<Record<string, string>> = {
  ChatFireworks: "fireworks",
  ChatOpenLLM: "openllm",
  ChatOllamaLite: "ollama",
};

/** What is tried of the entry points beside the models' own. */
export const entryChecks: Readonly<Record<string, Check>> = {
  "find one class under all entries": () =>
    Promise.resolve([
      all.ChatFireworks === fireworks.ChatFireworks,
      all.ChatOpenLLM === openllm.ChatOpenLLM,
      all.ChatOllamaLite === ollama.ChatOllamaLite,
      all.CostCallbackHandler === callbacks.CostCallbackHandler,
    ]),

  "run an agent on a budget": async (subject) => {
    const budget = new all.Budget({ limitCalls: 2 });
    const adds = tool(({ a, b }) => String(a + b), add);
    const model = subject.at(serverOf("agent"));
    const agent = createAgent({ model, tools: [adds], middleware: [budgetMiddleware(budget)] });
    const { messages } = await agent.invoke({ messages: [{ role: "user", content: question }] });
    return { texts: messages.map(({ text }) => text), spent: (await budget.state()).spent };
  },

  "make a model by its name": async (subject) => {
    const undo = registerProviders();
    let text: string | undefined;
    const url = serverOf("answers");
    const baseURL = subject.name === "ChatOllamaLite" ? url : `${url}/v1`;
    const error = await errorOf(async () => {
      const fields = { modelProvider: PROVIDERS[subject.name], apiKey: "sk-test", baseURL };
      const model = await initChatModel("test-model", fields);
      ({ text } = await model.invoke(question));
    });
    undo();
    return text ?? { message: error.message };
  },

  "write a row of FOCUS": async (subject) => {
    const table = new FocusTable({ version: "1.0" });
    const [entry] = await bookedInMemory(subject);
    return entry && (table.lines(entry)?.length ?? 0) > 0;
  },

  "compare a ledger with a bill": async () => {
    const lines = ["date,group_by_dimension,group_by_value,subtotal_usd,currency", "2026-09-01,model,glm-5p2,1.5,USD"];
    const { ok, billUsd } = await reconcile([], await parseBill(lines.join("\n")));
    return { ok, billUsd };
  },

  "answer as an object": async (subject) => {
    const model = subject.at(serverOf("object"));
    return model.withStructuredOutput(z.object({ a: z.number(), b: z.number() })).invoke(question);
  },
};
