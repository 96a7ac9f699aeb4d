import { isObject, itemsOf, nonEmpty, type Json } from "../base/json.js";
import { jsonExcerpt } from "../base/json_excerpt.js";
import { ownWords } from "./own_words.js";

/** What a server said about an error, whichever of the known shapes it used. */
export interface ErrorBody {
  /** The server's words. */
  message?: string;
  /** The server's code or type as a string. */
  code?: string;
  /** The field of the request that is at fault. */
  param?: string;
  /** An HTTP status named inside the body. */
  status?: number;
  /** The prompt's size and the window's, in tokens, where the body has them. */
  promptTokens?: number;
  /** The size of the context window. */
  contextTokens?: number;
}

/** Values of `error_code` that mean "no error". */
const NO_CODES: ReadonlySet<unknown> = new Set([undefined, null, 0]);

const count = (value: unknown): number | undefined => (typeof value === "number" && value >= 0 ? value : undefined);

/** Reads an error body: nested, flat, a bare string, FastAPI's `detail`, or no JSON at all (then empty). */
export function readErrorBody(body: string): ErrorBody {
  return readErrorJson(parse(body));
}

/** Proxies that put an error into another's text do so once each. */
const MOST_NESTED = 5;

/** The same for a body that is parsed already. An error inside the text of another is the one that counts. */
export function readErrorJson(json: unknown, nested = 0): ErrorBody {
  const outer = readEnvelope(json);
  const at = nested < MOST_NESTED ? ownWords(outer.message ?? "").indexOf("{") : -1;
  if (outer.message === undefined || at < 0) return outer;
  const inner = parse(outer.message.slice(at, outer.message.lastIndexOf("}") + 1));
  if (!isErrorJson(inner)) return outer;
  const { message, ...said } = readErrorJson(inner, nested + 1);
  return {
    ...outer,
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    message: message === undefined ? outer.message : outer.message.slice(0, at) + message,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function readEnvelope(json: unknown): ErrorBody {
  if (typeof json === "string") return { message: nonEmpty(json) };
  if (!isObject(json)) return {};
  const inner = json.error ?? json.detail ?? json.errors;
  if (isObject(inner)) {
    // FastChat nests twice: {detail: {error: {...}}}.
    return isObject(inner.error) ? readFields(inner.error) : readFields({ ...json, ...inner });
  }
  if (Array.isArray(inner)) return { ...readFields(json), message: inner.map(describeItem).join("; ") };
  const own = readFields(json);
  return { ...own, message: nonEmpty(inner) ?? own.message, code: own.code ?? nonEmpty(json.error_type) };
}

function readFields(json: Json): ErrorBody {
  const code = json.code ?? json.type ?? json.error_code;
  // `StatusCode` is how Ollama hands on errors of its cloud.
  const [status] = [json.http_status_code, json.status_code, json.StatusCode, json.code].flatMap(
    (value) => statusOf(value) ?? [],
  );
  const type = nonEmpty(json.type);
  return {
    message:
      nonEmpty(json.message) ??
      nonEmpty(json.detail) ??
      nonEmpty(json.text) ??
      nonEmpty(json.error) ??
      nonEmpty(json.Status),
    code: typeof code === "string" ? code : (type ?? (typeof code === "number" ? String(code) : undefined)),
    param: nonEmpty(json.param),
    status,
    promptTokens: count(json.n_prompt_tokens),
    contextTokens: count(json.n_ctx),
  };
}

/** An HTTP status; proxies write it as text. */
function statusOf(value: unknown): number | undefined {
  const isStatus = typeof value === "number" || (typeof value === "string" && /^\d{3}$/.test(value));
  const status = isStatus ? Number(value) : 0;
  return status >= 400 && status < 600 ? status : undefined;
}

/** As much of a value without words as an error shows. */
const LONGEST_VALUE = 500;

/** One entry of a validation list, FastAPI's or zod's: where, and what is wrong there. */
function describeItem(item: unknown): string {
  if (!isObject(item)) return shortly(item);
  const place = itemsOf(item.loc ?? item.path);
  const where = place.length > 0 ? `${place.map(shortly).join(".")}: ` : "";
  return `${where}${nonEmpty(item.msg) ?? nonEmpty(item.message) ?? shortly(item)}`;
}

/** A value of any depth, since its server may mean harm: a text as it is, everything else as JSON. */
function shortly(value: unknown): string {
  return typeof value === "string" ? value : jsonExcerpt(value, LONGEST_VALUE);
}

/** True for JSON that is an error although its status said 200: how errors arrive inside streams. */
export function isErrorJson(json: unknown): boolean {
  if (!isObject(json)) return false;
  if (Array.isArray(json.choices) && json.choices.length > 0) return hasWords(json.error);
  // FastChat's workers write 0 for none.
  if (json.object === "error" || !NO_CODES.has(json.error_code) || statusOf(json.StatusCode) !== undefined) return true;
  if ("error" in json && json.error !== null && json.error !== "" && json.error !== undefined) return true;
  return "detail" in json && !("choices" in json) && !("usage" in json);
}

/** An error beside a choice is one if it says what is wrong: proxies put one there when the server behind them fails. */
function hasWords(error: unknown): boolean {
  return isObject(error) && nonEmpty(error.message) !== undefined;
}
