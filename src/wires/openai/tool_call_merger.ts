import type { ToolCallDelta } from "../../answer/delta.js";
import { isObject, nonEmpty } from "../../base/json.js";
import { CallArguments } from "./call_arguments.js";

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

  /** @param answered ids that are taken: those of earlier turns, by which agents tell what has been done */
  constructor(
    private readonly newId: () => string,
    private readonly answered: ReadonlySet<string> = new Set(),
  ) {}

  get count(): number {
    return this.calls.length;
  }

  /** One piece of a streamed call. */
  add(raw: unknown): ToolCallDelta | undefined {
    if (!isObject(raw)) return undefined;
    const fn = isObject(raw.function) ? raw.function : raw;
    const wireIndex = typeof raw.index === "number" ? raw.index : undefined;
    const piece = { wireIndex, id: nonEmpty(raw.id), name: nonEmpty(fn.name), args: argsText(fn.arguments) };
    const call = this.find(piece);
    if (!call) return isEmpty(piece) ? undefined : this.open(piece);
    if (call.isNamedAgain && piece.args.trim() !== "") return this.open({ ...piece, name: piece.name ?? call.name });
    if (piece.name !== undefined && call.args.isWhole) call.isNamedAgain = true;
    const name = call.name === undefined ? piece.name : undefined;
    call.name ??= piece.name;
    call.args.push(piece.args);
    if (piece.args === "" && name === undefined) return undefined;
    return name === undefined ? { index: call.index, args: piece.args } : { index: call.index, name, args: piece.args };
  }

  /** A call that came whole. */
  addWhole(raw: unknown): ToolCallDelta | undefined {
    if (!isObject(raw)) return undefined;
    const fn = isObject(raw.function) ? raw.function : raw;
    const piece = { id: nonEmpty(raw.id), name: nonEmpty(fn.name), args: argsText(fn.arguments) };
    return isEmpty(piece) ? undefined : this.open(piece);
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

/** Whether a piece with the name of the call that is open begins another one. */
function isBeginning({ id, args }: Piece, open: OpenCall): boolean {
  const hasNewId = id !== undefined && open.wireId !== undefined && id !== open.wireId;
  if (open.args.isEmpty) return hasNewId;
  if (open.args.isWhole) return hasNewId || args.trim() !== "";
  // A new id alone means little: some servers make one up for every piece.
  return hasNewId && args.trimStart().startsWith("{");
}

/** Arguments are JSON text by the standard; some servers send the object itself, or nothing. */
function argsText(args: unknown): string {
  if (typeof args === "string") return args;
  return args === undefined || args === null ? "" : JSON.stringify(args);
}
