import { randomId } from "../base/random_id.js";
import { sha256 } from "../base/sha256.js";
import type { ApiKey } from "../transport/api_key.js";
import { SECRET_HEADER } from "../transport/secret_forms.js";

/** Who asks: what a server may tell its users apart by. */
export interface Credentials {
  readonly apiKey: ApiKey | undefined;
  /** `Basic ...`, of the address. */
  readonly basic: string | undefined;
  /** The extra headers, the later ones in place of the earlier. */
  readonly headers: readonly unknown[];
  /** Whether two functions that give keys are two accounts. @default "apart" */
  readonly functions?: "apart" | "alike" | undefined;
}

/** Headers that say who asks. One too many costs a second answer, one too few gives an account's answer to another. */
const SAYS_WHO =
  /auth|key|token|secret|cookie|password|credential|tenant|account|organi[sz]ation|\borg\b|project|customer|workspace|\buser\b(?!-agent)/i;
/** Another one for each request, so that no two would be alike. */
const OF_ONE_REQUEST = /idempotency/i;

/** Text that differs where accounts do, and has their secrets in it; empty for nobody in particular. */
export function accountOf({ apiKey, basic, headers, functions }: Credentials): string {
  const said = new Map<string, string>();
  const authorization = ofKey(apiKey, functions) ?? basic;
  if (authorization !== undefined) said.set("authorization", authorization);
  for (const source of headers) {
    for (const [name, value] of Object.entries(source ?? {})) {
      if (value === undefined || value === null) continue;
      if (SAYS_WHO.test(name) && !OF_ONE_REQUEST.test(name)) said.set(name.toLowerCase(), String(value));
    }
  }
  return said.size === 0 ? "" : JSON.stringify([...said].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An empty key is none. */
function ofKey(apiKey: ApiKey | undefined, functions: Credentials["functions"]): string | undefined {
  if (typeof apiKey === "function") return `function ${functions === "alike" ? "" : idOf(apiKey)}`;
  return apiKey === undefined || apiKey === "" ? undefined : `Bearer ${apiKey}`;
}

/** Functions that give keys, each with an id that no other process gives: two of them may be of two accounts. */
const ids = new WeakMap<object, string>();

function idOf(apiKey: () => unknown): string {
  const id = ids.get(apiKey) ?? randomId(32);
  ids.set(apiKey, id);
  return id;
}

/** What is shorter may be a word that somebody thought of. */
const HARD_TO_GUESS = 32;
/** Makes each guess at a password dearer. Takes some 20 ms, once for each account. */
const ROUNDS = 1_000;
const MOST_KEPT = 1_000;

/** The fingerprints of accounts that asked lately, by a hash: no secret is kept here. */
const kept = new Map<string, string>();

/**
 * A hash of an account, the same in every process, so that caches which processes share still work.
 * @param place where the account is: the same key at another server has another fingerprint
 */
export function fingerprintOf(account: string, place: string): string {
  const first = sha256(JSON.stringify(["langchain-metered", place, account]));
  if (!isGuessable(account)) return first;
  const print = kept.get(first) ?? stretched(first, account);
  kept.delete(first);
  kept.set(first, print);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return print;
}

function stretched(first: string, account: string): string {
  let print = first;
  for (let round = 0; round < ROUNDS; round++) print = sha256(`${print}${account}`);
  return print;
}

/** True where any of the secrets may be guessed, since each could be found by itself. A user's name is no secret. */
function isGuessable(account: string): boolean {
  const said = JSON.parse(account) as [string, string][]; // as `accountOf` wrote it
  return said.some(
    ([name, value]) =>
      SECRET_HEADER.test(name) && (/^basic /i.test(value) || value.replace(/^bearer /i, "").length < HARD_TO_GUESS),
  );
}

/** Call options that may be traced and cached: no headers, no signal, nothing that is not data. */
export function withoutSecrets<Options extends object>(options: Options): Partial<Options> {
  const { headers: _headers, signal: _signal, fetch: _fetch, ...rest } = options as Record<string, unknown>;
  return rest as Partial<Options>;
}
