import type { ToolCallDelta } from "../../answer/delta.js";
import type { RawToolCall } from "../../answer/tool_calls.js";
import { toToolName } from "../../answer/tool_name.js";
import { deepJsonText } from "../../base/deep_json.js";
import { fieldsOf, isObject, itemsOf, nonEmpty, type Json } from "../../base/json.js";

/** Reads the calls of an answer, which Ollama hands out whole. One that comes again under its id is one: a tool must never run twice. */
export class CalledTools {
  /** Those that came so far. */
  readonly calls: RawToolCall[] = [];
  private readonly ids = new Set<string>();
  private readonly named = new Set<string>();

  /** @param offered the names of the tools that may be called */
  constructor(
    private readonly newId: () => string,
    private readonly offered: ReadonlySet<string> = new Set(),
  ) {}

  /** The calls of a line that are new. */
  read(calls: unknown): ToolCallDelta[] {
    const known = this.calls.length;
    for (const call of itemsOf(calls)) if (isObject(call)) this.readOne(call);
    return this.calls.slice(known);
  }

  private readOne({ id: given, function: called }: Json): void {
    const { name: said, arguments: args } = fieldsOf(called);
    const name = nonEmpty(said);
    const id = nonEmpty(given);
    const call = {
      ...(name === undefined ? {} : { name: toToolName(name, this.offered) }),
      args: typeof args === "string" ? args : deepJsonText(args ?? {}),
    };
    const key = JSON.stringify([id, call]);
    if (id !== undefined && this.named.has(key)) return;
    this.named.add(key);
    const own = id === undefined || this.ids.has(id) ? this.newId() : id;
    this.ids.add(own);
    // Numbered anew: gpt-oss leaves every `index` at 0, and several lines may carry calls.
    this.calls.push({ index: this.calls.length, id: own, ...call });
  }
}
