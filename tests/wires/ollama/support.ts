import { afterEach, beforeEach } from "@jest/globals";
import { ChatOllamaLite, type ChatOllamaLiteInput } from "../../../src/ollama.js";
import type { AnswerDelta } from "../../../src/answer/delta.js";
import type { Json } from "../../../src/base/json.js";
import { OllamaDecoder } from "../../../src/wires/ollama/decoder.js";
import type { SentRequest } from "../../../src/wires/ollama/metadata.js";
import { overrideEnvironment } from "../../support/environment.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";

/** A line of a streamed answer. */
export function line(message: Json, rest: Json = {}): Json {
  return {
    model: "tiny",
    created_at: "2026-11-22T08:00:00Z",
    message: { role: "assistant", content: "", ...message },
    done: false,
    ...rest,
  };
}

/** The counts and times of a last line. */
const COUNTS = {
  total_duration: 5_000_000_000,
  load_duration: 1_000_000_000,
  prompt_eval_count: 7,
  prompt_eval_duration: 2_000_000_000,
  eval_count: 3,
  eval_duration: 2_000_000_000,
};

/** The last line of an answer, or a whole answer when it has a message. */
export function last(rest: Json = {}, message: Json = {}): Json {
  return { ...line(message), done: true, done_reason: "stop", ...COUNTS, ...rest };
}

const NOTHING: SentRequest = { tools: [], hasFormat: false, promptCharacters: 0 };

/** A decoder whose new ids are `new-1`, `new-2`, ... */
export function decoderFor(sent: Partial<SentRequest> = {}): OllamaDecoder {
  let ids = 0;
  return new OllamaDecoder({ ...NOTHING, ...sent }, { server: "Ollama", model: "tiny" }, () => `new-${++ids}`);
}

/** The deltas of a stream of lines. */
export function decode(lines: readonly unknown[], sent: Partial<SentRequest> = {}): AnswerDelta[] {
  const decoder = decoderFor(sent);
  return [...lines.flatMap((each) => decoder.push(each)), ...decoder.end()];
}

/** A weather tool. */
export const weather = {
  name: "get_weather",
  description: "Weather of a city",
  schema: { type: "object", properties: { city: { type: "string" } } },
};

/** The schema of an answer that names an ocean. */
export const ocean = {
  title: "ocean",
  type: "object",
  properties: { ocean: { type: "string" } },
  required: ["ocean"],
};

/** A server and models on it, new for each test, with no variables of Ollama's in the environment. */
export class Bench {
  private current: WireServer | undefined;
  private restore: () => void = () => undefined;

  constructor() {
    beforeEach(async () => {
      this.restore = overrideEnvironment(/^(OLLAMA|LANGSMITH|LANGCHAIN)_/, {});
      this.current = await startWireServer();
    });
    afterEach(async () => {
      this.restore();
      await this.current?.close();
    });
  }

  get server(): WireServer {
    if (!this.current) throw new Error("The server runs inside tests only.");
    return this.current;
  }

  model(fields: Omit<ChatOllamaLiteInput, "model"> = {}, name = "tiny"): ChatOllamaLite {
    return new ChatOllamaLite(name, { baseURL: this.server.url, ...fields });
  }

  /** The body of the request number `position`, from 0; negative ones from the end. */
  body(position = -1): Json {
    return this.server.requests.at(position)?.json as Json; // the tests look at the fields they mean
  }
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not reject.");
}

/** All chunks of a stream. */
export async function collect<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
