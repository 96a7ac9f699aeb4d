import { describe, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import { CostCallbackHandler, MemoryLedger, reprice, type LedgerEntry } from "../../src/callbacks.js";
import { ChatOllamaLite } from "../../src/ollama.js";
import { ChatOpenLLM, type ChatOpenLLMInput } from "../../src/openllm.js";
import { chunk, completion, end } from "../support/completions.js";
import { gate } from "../support/gate.js";
import { recording, replay, type RecordingFile } from "../support/recordings.js";
import { useWireServer } from "../support/use_server.js";
import { cut, json, sse } from "../support/wire_script.js";

const server = useWireServer();

function modelWith(ledger: MemoryLedger, fields: ChatOpenLLMInput = {}): ChatOpenLLM {
  const costs = new CostCallbackHandler({ ledger });
  return new ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1`, maxRetries: 0, costs, ...fields });
}

function only({ entries }: MemoryLedger): LedgerEntry {
  expect(entries).toHaveLength(1);
  return entries[0] as LedgerEntry; // there is one
}

async function read(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

describe("the id of an answer of a real server", () => {
  it.each<[RecordingFile, string, "stream" | "whole", string]>([
    // Not the id in LiteLLM's header: its spend logs have that of the body.
    ["litellm", "stream-usage", "stream", "chatcmpl-6BH1kYet9iTU9n7xz4qUnUCqNUsLbyuf"],
    ["litellm", "stop", "whole", "chatcmpl-gubPpTgG7OZGziMUlaRRHv4dEzGSBXZB"],
    ["vllm-0.32", "logprobs-stream", "stream", "chatcmpl-999bb1d775aec27f"],
    ["vllm-0.32", "logprobs", "whole", "chatcmpl-807917a055c8f1bb"],
    ["transformers-serve", "stream-usage", "stream", "4d71b1a7-a0a0-49df-99cf-9b615fd18e80"],
    ["transformers-serve", "stop", "whole", "55dc4a49-79f0-4743-9847-6cfb6413cbfd"],
  ])("%s, %s", async (file, name, mode, id) => {
    const ledger = new MemoryLedger();
    const model = modelWith(ledger);
    server.always(replay(recording(file, name), { split: 7 }));
    if (mode === "whole") await model.invoke("Hi");
    else await read(await model.stream("Hi"));
    expect(only(ledger)).toMatchObject({ outcome: "ok", responseId: id });
  });

  it("of Ollama, which gives none, is not there, however its run is called", async () => {
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ ledger });
    const model = new ChatOllamaLite({ model: "m", baseUrl: server.url, costs });
    server.always(replay(recording("ollama", "chat-stop")));
    await model.invoke("Hi", { runId: "mine" });
    expect(only(ledger)).not.toHaveProperty("responseId");
  });
});

describe("the id of an answer that did not come to its end", () => {
  const begun = chunk({ content: "Lo" }, {}, { id: "gen-1" });

  it("is on a call whose server hung up, and on its partial output", async () => {
    const ledger = new MemoryLedger();
    server.always(sse([begun, cut], { done: false }));
    const error: unknown = await read(await modelWith(ledger).stream("Hi")).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ partialOutput: { response_metadata: { id: "gen-1" } } });
    expect(only(ledger)).toMatchObject({ outcome: "error", responseId: "gen-1" });
  });

  it("is on a call whose answer was filtered", async () => {
    const ledger = new MemoryLedger();
    server.always(json(200, completion({ content: "Lo" }, { finish_reason: "content_filter" }, { id: "gen-2" })));
    await modelWith(ledger)
      .invoke("Hi")
      .catch(() => undefined);
    expect(only(ledger).responseId).toBe("gen-2");
  });

  it("is on a call that was left, and on one that was aborted", async () => {
    for (const how of ["left", "aborted"]) {
      const ledger = new MemoryLedger();
      const open = gate();
      const aborter = new AbortController();
      server.always(sse([begun, open, end()]));
      const stream = await modelWith(ledger).stream("Hi", { signal: aborter.signal });
      try {
        for await (const _ of stream) {
          if (how === "left") break;
          aborter.abort();
        }
      } catch {
        // The abort.
      }
      open.open();
      expect(only(ledger)).toMatchObject({ outcome: how === "left" ? "ok" : "aborted", responseId: "gen-1" });
    }
  });

  it("is not there where nothing came, nor where LangChain's cache answered", async () => {
    const ledger = new MemoryLedger();
    const model = modelWith(ledger, { cache: new InMemoryCache(new Map()) });
    server.always(json(500, { error: { message: "no" } }));
    await model.invoke("Hi").catch(() => undefined);
    server.always(json(200, completion({ content: "Lo" }, {}, { id: "gen-3" })));
    await model.invoke("Hi");
    await model.invoke("Hi");
    expect(ledger.entries.map(({ outcome, responseId }) => [outcome, responseId])).toEqual([
      ["error", undefined],
      ["ok", "gen-3"],
      ["cache-hit", undefined],
    ]);
  });
});

it("decides no price, and stays where a call is priced again", async () => {
  const ledger = new MemoryLedger();
  server.always(json(200, completion({ content: "Lo" }, {}, { id: "gen-4" })));
  await modelWith(ledger, { pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: "2" } }).invoke("Hi");
  const entry = only(ledger);
  const { responseId, ...nameless } = entry;
  expect(responseId).toBe("gen-4");
  expect(reprice([entry])[0]).toMatchObject({ responseId: "gen-4", cost: { usd: "0.00002" } });
  expect(reprice([nameless])[0]?.cost).toEqual(entry.cost);
});
