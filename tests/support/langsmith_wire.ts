import { gunzipSync } from "node:zlib";
import { parseMultipart } from "./multipart.js";
import type { RunFields } from "./traced_runs.js";
import type { WireRequest } from "./wire_request.js";

/** One message of LangSmith's client about one run. */
export interface RunMessage {
  readonly kind: "post" | "patch";
  readonly id: string;
  readonly fields: RunFields;
}

/** The body of a request, decompressed. */
export function bodyOf({ headers, body }: WireRequest): Buffer {
  const encoding = headers["content-encoding"];
  if (encoding === undefined) return body;
  if (encoding === "gzip") return gunzipSync(body);
  throw new Error(`LangSmith's info offers no content encoding \`${encoding}\``);
}

/** The messages about runs in a request, by any of the four ways that the client has to send them. */
export function runMessages(request: WireRequest, body: Buffer): RunMessage[] {
  const endpoint = `${request.method} ${request.path}`;
  if (endpoint === "POST /runs/multipart") return fromParts(request.headers["content-type"] ?? "", body);
  if (endpoint === "POST /runs/batch") return fromBatch(body);
  if (endpoint === "POST /runs") return [fromJson("post", jsonOf(body))];
  const id = /^PATCH \/runs\/([0-9a-f-]+)$/.exec(endpoint)?.[1];
  if (id !== undefined) return [fromJson("patch", { ...jsonOf(body), id })];
  throw new Error("no such LangSmith endpoint");
}

function fromJson(kind: "post" | "patch", fields: RunFields): RunMessage {
  return { kind, id: String(fields["id"]), fields };
}

function fromBatch(body: Buffer): RunMessage[] {
  const { post, patch } = jsonOf(body) as { post?: RunFields[]; patch?: RunFields[] }; // the client's own shape
  return [
    ...(post ?? []).map((fields) => fromJson("post", fields)),
    ...(patch ?? []).map((fields) => fromJson("patch", fields)),
  ];
}

/** Parts are named `post.ID` or `patch.ID` (the run), `post.ID.inputs` (one field of it), `attachment.…` or `feedback.…`. */
function fromParts(contentType: string, body: Buffer): RunMessage[] {
  const messages = new Map<string, RunMessage>();
  for (const part of parseMultipart(contentType, body)) {
    const [kind, id, field] = part.name.split(".");
    if ((kind !== "post" && kind !== "patch") || id === undefined) continue;
    const message = messages.get(`${kind}.${id}`) ?? { kind, id, fields: {} };
    messages.set(`${kind}.${id}`, message);
    const value = JSON.parse(part.body.toString("utf8")) as RunFields; // an object for the run, anything for a field
    Object.assign(message.fields, field === undefined ? value : { [field]: value });
  }
  return [...messages.values()];
}

function jsonOf(body: Buffer): RunFields {
  return JSON.parse(body.toString("utf8")) as RunFields; // the client sends objects only
}
