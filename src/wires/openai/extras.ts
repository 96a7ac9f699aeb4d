import { fieldsOf, isObject, itemsOf, nonEmpty, type Json } from "../../base/json.js";

/** The fields of a message that are read by name. */
const READ = new Set([
  "role",
  "content",
  "name",
  "index",
  "tool_calls",
  "function_call",
  "reasoning_content",
  "reasoning",
  "thinking",
]);
/** The fields of a call, and of the function in it. */
const OF_CALL = new Set(["index", "id", "type", "function", "name", "arguments"]);
/** Beside the message, where Perplexity, GLM, Qwen and LiteLLM say what an answer rests on. */
const BESIDE = [
  "citations",
  "search_results",
  "related_questions",
  "web_search",
  "search_info",
  "vertex_ai_grounding_metadata",
] as const;
/** Texts that come in pieces. All other values replace those that came before them. */
const IN_PIECES = new Set(["text", "summary", "thinking", "transcript", "data", "refusal"]);
/** Fields without which the server does not know its own answer again: signatures of thoughts, and thoughts that are signed. */
const REPLAYED = [
  "reasoning_details",
  "thinking_blocks",
  "provider_specific_fields",
  "extra_content",
  "thought_signature",
] as const;
/** What is nested deeper is replaced. */
const DEEPEST = 4;

/**
 * What an answer has beside text, thoughts and calls: images, sound, citations, signatures, and whatever a server makes up
 * next. Pieces of a stream are put together here, and leave once, at its end: LangChain's own sum would repeat and mix them.
 */
export class Extras {
  /** Something of the answer itself came here: an image, sound, a part of a kind that is no text. */
  hasMedia = false;
  private readonly fields = new Map<string, unknown>();
  private readonly calls = new Map<number, Json>();
  private readonly ids = new Map<number, string>();

  /** @param server the address that gave the answer */
  constructor(private readonly server: string) {}

  /** Takes a message or a delta. */
  add(message: Json): void {
    for (const name in message) if (!READ.has(name)) this.set(name, message[name]);
  }

  /** Takes an event with its message in it. A later list replaces an earlier one: they are said again with each piece. */
  addBeside(event: Json): void {
    for (const name of BESIDE) if (isSaid(event[name])) this.fields.set(name, event[name]);
  }

  /** Takes parts of a content that are no text. */
  addParts(parts: readonly Json[]): void {
    for (const part of parts) this.set(/image/.test(String(part.type)) ? "images" : "parts", [part]);
  }

  /** Takes what stands beside a call, or a piece of one. */
  addCall(raw: Json, id: string | undefined, index: number): void {
    if (id !== undefined) this.ids.set(index, id);
    const beside = others(raw);
    const inside = isObject(raw.function) ? others(raw.function) : undefined;
    if (!beside && !inside) return;
    const fields = { ...beside, ...(inside ? { function: inside } : {}) };
    this.calls.set(index, merge(this.calls.get(index) ?? {}, fields, 0) as Json); // what an object is added to
  }

  /** All that came, for `additional_kwargs`; `undefined` for nothing. */
  take(): Json | undefined {
    const { fields, calls } = this;
    if (fields.size === 0 && calls.size === 0) return undefined;
    const extra: Json = Object.fromEntries(fields);
    if (isObject(extra.audio)) extra.audio = withSound(extra.audio);
    const isReplayed = calls.size > 0 || extra.audio !== undefined || REPLAYED.some((name) => fields.has(name));
    if (isReplayed)
      extra.replay = {
        server: this.server,
        calls: [...calls].map(([at, each]) => ({ id: this.ids.get(at), ...each })),
      };
    fields.clear();
    calls.clear();
    return extra;
  }

  private set(name: string, value: unknown): void {
    // `replay` is what is kept here of where the fields came from: no server says that of itself.
    if (!isSaid(value) || name === "__proto__" || name === "replay") return;
    if (name === "images" || name === "audio" || name === "parts") this.hasMedia = true;
    this.fields.set(name, merge(this.fields.get(name) ?? (isObject(value) ? {} : undefined), value, 0, name));
  }
}

/** A message's fields for the server that they came from; none for any other. */
export function replayed(kwargs: Json, server: string): Json {
  const { replay, audio } = kwargs;
  if (!isObject(replay) || replay.server !== server) return {};
  const names = REPLAYED.filter((name) => kwargs[name] !== undefined);
  const fields: Json = Object.fromEntries(names.map((name) => [name, kwargs[name]]));
  // Sound goes back by its name.
  if (isObject(audio) && nonEmpty(audio.id) !== undefined) fields.audio = { id: audio.id };
  return fields;
}

/** What stood beside a message's calls, by their ids, for the server that it came from; nothing for any other. */
export function besideCalls({ replay }: Json, server: string): ReadonlyMap<unknown, Json> | undefined {
  if (!isObject(replay) || replay.server !== server) return undefined;
  return new Map(
    itemsOf(replay.calls)
      .filter(isObject)
      .map((fields) => [fields.id, fields]),
  );
}

/** A call as it goes back to the server that it came from. */
export function withFields(call: Json, fields: Json): Json {
  return { ...fields, ...call, function: { ...fieldsOf(fields.function), ...fieldsOf(call.function) } };
}

/** The address by which a server is known again: without what may be secret in it. */
export function serverOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? url;
}

function others(object: Json): Json | undefined {
  let found: Json | undefined;
  for (const name in object)
    if (!OF_CALL.has(name) && name !== "__proto__" && isSaid(object[name])) (found ??= {})[name] = object[name];
  return found;
}

/** False for null, for what is empty, and for objects of nothing else: servers send their whole form each time. */
function isSaid(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.values(value).some((inner) => inner !== null && inner !== undefined);
}

function merge(known: unknown, more: unknown, depth: number, name = ""): unknown {
  if (Array.isArray(more)) return Array.isArray(known) ? addItems(known, more, depth) : [...(more as unknown[])];
  if (isObject(more) && isObject(known) && depth < DEEPEST) {
    for (const key in more)
      if (key === "citation") known.citations = merge(known.citations, [more[key]], depth + 1);
      else if (key !== "__proto__" && isSaid(more[key])) known[key] = merge(known[key], more[key], depth + 1, key);
    return known;
  }
  return typeof known === "string" && typeof more === "string" && IN_PIECES.has(name) ? known + more : more;
}

/** Lists come in slices; a slice may begin with a further piece of the last item. */
function addItems(known: unknown[], more: readonly unknown[], depth: number): unknown[] {
  const [first] = more;
  const last = known.at(-1);
  const isPiece = isObject(first) && isObject(last) && goesOn(last, first);
  if (isPiece) merge(last, first, depth + 1);
  for (let at = isPiece ? 1 : 0; at < more.length; at++) known.push(more[at]);
  return known;
}

/** A text of the same kind under the same index goes on until it is signed. */
function goesOn(last: Json, next: Json): boolean {
  const hasText = (item: Json) => [item.text, item.thinking, item.summary].some((text) => typeof text === "string");
  return hasText(last) && last.type === next.type && last.index === next.index && !nonEmpty(last.signature);
}

/** Pieces of base64 may each have an end of their own. */
function withSound(audio: Json): Json {
  const data = nonEmpty(audio.data);
  const end = data?.indexOf("=") ?? -1;
  if (data === undefined || end < 0 || end >= data.length - 2) return audio;
  try {
    return { ...audio, data: btoa((data.match(/[^=]+=*/g) ?? []).map(atob).join("")) };
  } catch {
    // What is no base64 stays as it came.
    return audio;
  }
}
