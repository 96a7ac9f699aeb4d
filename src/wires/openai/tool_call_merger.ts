import type { ToolCallDelta } from "../../answer/delta.js";
import { isSameObject } from "../../answer/read_arguments.js";
import { complaintsOf } from "../../answer/tool_calls.js";
import { deepJsonText } from "../../base/deep_json.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import { CallArguments, isWholeObject } from "./call_arguments.js";
import { toToolName } from "../../answer/tool_name.js";

interface OpenCall {
  /** Our own index: calls are told apart by it whatever the server sent. */
  index: number;
  wireIndex?: number;
  wireId?: string;
  name?: string;
  readonly args: CallArguments;
  /** Its name came once more when its arguments were whole: repeated to no end, or announcing another call. */
  isNamedAgain?: true;
}

interface Piece {
  wireIndex?: number;
  id?: string;
  name?: string;
  args: string;
}

/**
 * Puts the pieces of tool calls together as servers really send them: without ids, with the same id twice, with a new
 * id on every piece, without an index, all with index 0, names repeated, arguments as objects. Each call leaves with an
 * index and an id of its own.
 */
export class ToolCallMerger {
  private readonly calls: OpenCall[] = [];
  private readonly lastByIndex = new Map<number, OpenCall>();
  private readonly byId = new Map<string, OpenCall[]>();
  private readonly ids = new Set<string>();

  /**
   * @param answered ids that are taken: those of earlier turns, by which agents tell what has been done
   * @param offered the names of the tools that may be called
   */
  constructor(
    private readonly newId: () => string,
    private readonly answered: ReadonlySet<string> = new Set(),
    private readonly offered: ReadonlySet<string> = new Set(),
  ) {}

  get count(): number {
    return this.calls.length;
  }

  /** One piece of a streamed call. */
  add(raw: unknown): ToolCallDelta | undefined {
    if (!isObject(raw)) return undefined;
    const piece = this.toPiece(raw, typeof raw.index === "number" ? raw.index : undefined);
    const call = this.find(piece);
    if (!call) return isEmpty(piece) ? undefined : this.open(piece);
    if (isRepeated(piece, call)) return undefined;
    if (call.isNamedAgain && piece.args.trim() !== "") return this.open({ ...piece, name: piece.name ?? call.name });
    if (piece.name !== undefined && call.args.isWhole && !hasItsId(piece, call)) call.isNamedAgain = true;
    const name = call.name === undefined ? piece.name : undefined;
    call.name ??= piece.name;
    call.args.push(piece.args);
    if (piece.args === "" && name === undefined) return undefined;
    return name === undefined ? { index: call.index, args: piece.args } : { index: call.index, name, args: piece.args };
  }

  /** A call that came whole. */
  addWhole(raw: unknown): ToolCallDelta | undefined {
    if (!isObject(raw)) return undefined;
    const piece = this.toPiece(raw, undefined);
    const known = piece.id === undefined ? [] : (this.byId.get(piece.id) ?? []);
    const isNone = isEmpty(piece) || known.some((call) => call.name === piece.name && isRepeated(piece, call));
    return isNone ? undefined : this.open(piece);
  }

  /** The calls that cannot be made, in words. */
  complaints(finishReason: string): string[] {
    const calls = this.calls.map(({ index, name, args }) => ({ index, name, args: args.text }));
    return complaintsOf(calls, finishReason);
  }

  private toPiece(raw: Json, wireIndex: number | undefined): Piece {
    const fn = isObject(raw.function) ? raw.function : raw;
    const name = nonEmpty(fn.name);
    return {
      wireIndex,
      id: nonEmpty(raw.id),
      name: name === undefined ? undefined : toToolName(name, this.offered),
      args: argsText(fn.arguments),
    };
  }

  private open(piece: Piece): ToolCallDelta {
    const index = this.calls.length;
    const isTaken = (known: string) => this.ids.has(known) || this.answered.has(known);
    const id = piece.id === undefined || isTaken(piece.id) ? this.newId() : piece.id;
    this.ids.add(id);
    const { wireIndex, id: wireId, name } = piece;
    const call: OpenCall = { index, wireIndex, wireId, name, args: new CallArguments() };
    call.args.push(piece.args);
    this.calls.push(call);
    if (wireIndex !== undefined) this.lastByIndex.set(wireIndex, call);
    if (wireId !== undefined) this.withId(wireId).push(call);
    return name === undefined ? { index, id, args: piece.args } : { index, id, name, args: piece.args };
  }

  private withId(id: string): OpenCall[] {
    const known = this.byId.get(id) ?? [];
    this.byId.set(id, known);
    return known;
  }

  private find(piece: Piece): OpenCall | undefined {
    const { wireIndex, id, name } = piece;
    const candidate =
      (id === undefined ? undefined : this.findById(id, wireIndex)) ??
      (wireIndex === undefined ? this.calls.at(-1) : this.lastByIndex.get(wireIndex));
    if (!candidate || candidate.name === undefined) return candidate;
    if (name === undefined) return beginsAnew(piece, candidate) ? undefined : candidate;
    return name !== candidate.name || isBeginning(piece, candidate) ? undefined : candidate;
  }

  private findById(id: string, wireIndex: number | undefined): OpenCall | undefined {
    const isSame = (call: OpenCall) =>
      wireIndex === undefined || call.wireIndex === undefined || call.wireIndex === wireIndex;
    return this.byId.get(id)?.findLast(isSame);
  }
}

/** Some servers announce a call and send none. */
function isEmpty({ id, name, args }: Piece): boolean {
  return id === undefined && name === undefined && args === "";
}

/**
 * Whether a piece without a name begins another call than the one that is open: some servers make up an id for every
 * piece, so that a new one means this only where the arguments cannot go on.
 */
function beginsAnew({ id, args }: Piece, open: OpenCall): boolean {
  return id !== undefined && id !== open.wireId && args.trimStart().startsWith("{") && open.args.isWhole;
}

const hasItsId = ({ id }: Piece, open: OpenCall): boolean => id !== undefined && id === open.wireId;

/** Whether a piece has all the arguments of a whole call once more: a tool must never run twice. */
function isRepeated({ args }: Piece, open: OpenCall): boolean {
  return (
    args.startsWith("{") && args.trimEnd().endsWith("}") && open.args.isWhole && isSameObject(args, open.args.text)
  );
}

/** Whether a piece with the name of the call that is open begins another one. */
function isBeginning(piece: Piece, open: OpenCall): boolean {
  const { id, args } = piece;
  const hasNewId = id !== undefined && open.wireId !== undefined && id !== open.wireId;
  if (open.args.isEmpty) return hasNewId;
  if (open.args.isWhole) return hasNewId || (args.trim() !== "" && !goesOn(piece, open));
  // A new id alone means little: some servers make one up for every piece.
  return hasNewId && args.trimStart().startsWith("{");
}

/** Whether a whole call goes on all the same: after an empty object, or because it is sent once more, whole or anew in pieces. */
function goesOn(piece: Piece, open: OpenCall): boolean {
  const isHere = hasItsId(piece, open) || (piece.wireIndex !== undefined && piece.wireIndex === open.wireIndex);
  if (!isHere) return false;
  if (isSameObject(open.args.text, "{}") || isRepeated(piece, open)) return true;
  return hasItsId(piece, open) && !isWholeObject(piece.args);
}

/** Arguments are JSON text by the standard; some servers send the object itself, or nothing. */
function argsText(args: unknown): string {
  if (typeof args === "string") return args;
  return args === undefined || args === null ? "" : deepJsonText(args);
}
