import { gate, type Gate } from "../support/gate.js";
import type { WireRequest } from "../support/wire_request.js";
import { bytes, cut, json, redirect, stall, type Script } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import type { Piece, WireScripts } from "../contract/wires/answer_script.js";
import { ollamaScripts } from "../contract/wires/ollama_scripts.js";
import { openaiScripts } from "../contract/wires/openai_scripts.js";

/** What lets a page of any origin ask, and read the answer. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*, authorization",
  "access-control-max-age": "600",
};

const SLOW_PIECES = 24;
const SLOW_MS = 100;

interface Asked {
  scripts: WireScripts;
  isStream: boolean;
  request: WireRequest;
  otherUrl: string;
  /** Where a part waits until the client has it go on. */
  wait: Gate;
}

const plain = ({ scripts, isStream }: Asked): Script => (isStream ? scripts.streamed() : scripts.whole());
const stalls = ({ scripts }: Asked): Script => scripts.streamed([{ text: "Hel" }, stall]);

const calls = ({ scripts }: Asked, name = "add"): Script =>
  scripts.whole({ calls: [{ id: "", name, args: { a: 1, b: 2 } }] });
const object = ({ scripts }: Asked): Script => scripts.whole({ text: '{"a":1,"b":2}' });

/** The parts that the server plays, by the first folder of the address. */
const parts: Readonly<Record<string, (asked: Asked) => Script>> = {
  answers: plain,
  slow: ({ scripts }) => scripts.streamed(slowly()),
  stalls,
  silence: ({ wait }) => bytes([], {}, { before: [wait, stall] }),
  cut: ({ scripts, wait }) => scripts.streamed([{ text: "Hel" }, wait, cut]),
  refuses: ({ scripts }) => scripts.refusal(400, "No such thing."),
  redirects: ({ otherUrl }) => redirect(307, `${otherUrl}/v1`),
  tools: (asked) => calls(asked),
  agent: (asked) => (/"role":\s*"tool"/.test(asked.request.text) ? plain(asked) : calls(asked)),
  object: (asked) => (/"tools":/.test(asked.request.text) ? calls(asked, "extract") : object(asked)),
  bytes: ({ scripts, request }) =>
    scripts.whole({ text: request.text.includes("AP+ABw==") ? "as base64" : "otherwise" }),
  password: (asked) =>
    asked.request.headers.authorization === `Basic ${Buffer.from("user:päss").toString("base64")}`
      ? plain(asked)
      : asked.scripts.refusal(401, "Who are you?"),
};

/** Starts a server that speaks both wires to anyone; `otherUrl` is where it sends those whom it redirects. */
export async function startService(otherUrl: string): Promise<WireServer> {
  const waits = new Map<string, Gate>();
  return startWireServer(async (request) => {
    const [, part = "", place = ""] = request.path.split("/");
    const wait = waits.get(`${part}/${place}`) ?? gate();
    waits.set(`${part}/${place}`, wait);
    const script = await scriptFor(request, part, { otherUrl, wait });
    return { ...script, headers: { ...script.headers, ...CORS } };
  });
}

async function scriptFor(
  request: WireRequest,
  part: string,
  { otherUrl, wait }: Pick<Asked, "otherUrl" | "wait">,
): Promise<Script> {
  if (request.method === "OPTIONS") return bytes([], { "content-length": "0" });
  if (request.path.endsWith("/go-on")) {
    await wait.reached;
    wait.open();
    return json(200, {});
  }
  const scripts = request.path.endsWith("/api/chat") ? ollamaScripts : openaiScripts;
  // What a model asks beside a chat, to explain an error.
  if (request.method !== "POST") return json(404, { error: "not found" });
  const isStream = (request.json as { stream?: boolean } | undefined)?.stream === true;
  return parts[part]?.({ scripts, isStream, request, otherUrl, wait }) ?? json(404, { error: "not found" });
}

function slowly(): Piece[] {
  return Array.from({ length: SLOW_PIECES }, (_, index): Piece[] => [
    { text: `${index} ` },
    opensAfter(SLOW_MS),
  ]).flat();
}

/** A gate that opens by itself, some time after the server has come to it. */
function opensAfter(ms: number): Gate {
  const later = gate();
  void later.reached.then(() => setTimeout(() => later.open(), ms));
  return later;
}
