import { readFileSync } from "node:fs";
import { resplit, splitAtRandom } from "./split.js";
import { bytes, cut, type Script } from "./wire_script.js";

const files = [
  "llama.cpp",
  "llama.cpp-tools",
  "llama.cpp-thinking",
  "ollama",
  "vllm-0.11",
  "vllm-0.32",
  "vllm-0.32-flags",
  "vllm-0.32-plain",
  "litellm",
  "llama-cpp-python",
  "nginx",
  "transformers-serve",
] as const;

/** The name of a file of recordings, without its ending. */
export type RecordingFile = (typeof files)[number];

/** All files of recordings, by name. */
export const recordingFiles: readonly RecordingFile[] = files;

/** One exchange with a real server. */
export interface Recording {
  readonly server: string;
  readonly version: string;
  /** Unique within its file. */
  readonly case: string;
  /** Why the exchange is kept. */
  readonly why?: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    /** The JSON body. */
    readonly body?: unknown;
    /** The body where it was no JSON, or no JSON object. */
    readonly raw?: string;
  };
  readonly response: {
    readonly status: number;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    /** The body as it arrived: one string per read of the socket. */
    readonly chunks: readonly string[];
    /** The client hung up while the server was still sending. */
    readonly cutByClient?: boolean;
  };
}

/** All recordings of one file, in the file's order. */
export function recordings(file: RecordingFile): Recording[] {
  const path = new URL(`../fixtures/recordings/${file}.jsonl`, import.meta.url);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Recording); // our own fixture, checked by recordings.test.ts
}

/** One recording by file and case. Throws when there is none. */
export function recording(file: RecordingFile, name: string): Recording {
  const found = recordings(file).find((each) => each.case === name);
  if (found === undefined) throw new Error(`\`${file}.jsonl\` has no case \`${name}\`.`);
  return found;
}

/** Headers that describe the recorded connection and not the answer. */
const perConnection = new Set(["connection", "content-length", "transfer-encoding", "keep-alive", "date"]);

/**
 * A recorded answer as a script: its status, its headers, and its body in the recorded pieces, or in random ones of the
 * seed `split`. Where the client had hung up the replay is cut, as nobody knows what would have followed.
 */
export function replay(recording: Recording, options: { split?: number } = {}): Script {
  const { status, chunks, cutByClient } = recording.response;
  const script = bytes(cutByClient ? [...chunks, cut] : chunks, replayHeaders(recording), { status });
  return options.split === undefined ? script : resplit(script, splitAtRandom(options.split));
}

function replayHeaders({ request, response }: Recording): Record<string, string> {
  const headers = Object.fromEntries(Object.entries(response.headers).filter(([name]) => !perConnection.has(name)));
  const { location } = headers;
  // The recorded server's own origin would send the client to a port where nobody listens.
  if (location !== undefined) headers["location"] = location.replace(/^https?:\/\/[^/]+/, "");
  if (response.headers["content-length"] !== undefined && request.method !== "HEAD") {
    // Counted anew: in some bodies a text was replaced after the recording.
    headers["content-length"] = `${Buffer.byteLength(response.chunks.join(""))}`;
  }
  return headers;
}
