import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { ChatOllama } from "@langchain/ollama";
import { ChatOpenAICompletions } from "@langchain/openai";
// The entry point that turns core's async context on, as `langchain` does too: on Node 20 and 22 each promise then costs
// more, and a measurement without it would flatter.
import { ChatFireworks, ChatOllamaLite, ChatOpenLLM } from "../../src/index.js";

/** CPU time per streamed chunk, in microseconds. */
export interface ChunkCost {
  name: string;
  microseconds: number;
}

const COUNT = 10_000;

/** Measures all models against one server in another process, in turns, and takes each one's median. */
export async function measureChunks(rounds: number): Promise<ChunkCost[]> {
  const script = fileURLToPath(new URL("./chunk_server.ts", import.meta.url));
  const server = spawn(process.execPath, ["--import", "tsx", script, String(COUNT)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  const url = String(line).trim();
  const models = subjects(url);
  const samples = new Map<string, number[]>();
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [name, model] of models) {
        globalThis.gc?.();
        const cost = await cpuOfOneStream(model);
        // The first two rounds warm the code up.
        if (round >= 2) samples.set(name, [...(samples.get(name) ?? []), cost]);
      }
    }
  } finally {
    server.stdin.end();
  }
  return [...samples].map(([name, costs]) => ({ name, microseconds: median(costs) }));
}

function subjects(url: string): [string, BaseChatModel][] {
  return [
    ["ChatFireworks", new ChatFireworks({ model: "m", apiKey: "none", baseURL: `${url}/v1` })],
    ["ChatOpenLLM", new ChatOpenLLM({ model: "m", baseURL: `${url}/v1` })],
    ["ChatOllamaLite", new ChatOllamaLite({ model: "m", baseURL: url })],
    [
      "ChatOpenAICompletions",
      new ChatOpenAICompletions({ model: "m", apiKey: "none", configuration: { baseURL: `${url}/v1` } }),
    ],
    ["ChatOllama", new ChatOllama({ model: "m", baseUrl: url })],
    ["core's floor", new ReadyMade({})],
  ];
}

/** What core itself takes for a stream: the chunks are there before it begins. */
class ReadyMade extends BaseChatModel {
  private readonly chunks = Array.from({ length: COUNT }, (_, index) => {
    const text = ` word${index % 100}`;
    return new ChatGenerationChunk({ text, message: new AIMessageChunk({ content: text }) });
  });

  override _llmType(): string {
    return "ready-made";
  }

  override _generate(): Promise<ChatResult> {
    throw new Error("This model only streams.");
  }

  override async *_streamResponseChunks(): AsyncGenerator<ChatGenerationChunk> {
    yield* this.chunks;
  }
}

async function cpuOfOneStream(model: BaseChatModel): Promise<number> {
  const before = process.cpuUsage();
  let count = 0;
  for await (const _ of await model.stream("go")) count++;
  const { user, system } = process.cpuUsage(before);
  if (count < COUNT)
    throw new Error(`${model.getName()} gave ${count} chunks of ${COUNT}: merged deltas cannot be compared.`);
  return (user + system) / COUNT;
}

/** The middle one of some values. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
