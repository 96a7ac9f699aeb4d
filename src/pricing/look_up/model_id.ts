import { withoutProvider } from "./providers.js";

/** A model id taken apart. All parts are in lower case. */
export interface ModelId {
  /** The whole id, trimmed. */
  full: string;
  /** The last part, without decorations: `kimi-k3` of `accounts/fireworks/models/kimi-k3[1m]`. */
  name: string;
  /** The account in `accounts/<account>/...`; `undefined` for ids of other forms. */
  account: string | undefined;
  collection: "models" | "routers" | "other" | "none";
  /** Whether the id names a dedicated deployment, which is billed by GPU time. */
  deployment: boolean;
}

/** Ids longer than this are nobody's; reading them further would only cost time. */
const MAX_LENGTH = 256;

/**
 * Takes a model id of any spelling apart, in linear time. Never throws; `undefined` for what cannot be an id: no string,
 * an empty one, or one of more than 256 characters.
 */
export function parseModelId(model: unknown): ModelId | undefined {
  if (typeof model !== "string" || model.length > MAX_LENGTH) return undefined;
  const full = model.trim().toLowerCase();
  const deployment = full.includes("#") || full.includes("/deployments/") || full.startsWith("deployments/");
  const parts = stripDecorations(full).split("/").filter(Boolean);
  const name = parts.at(-1);
  if (name === undefined) return undefined;
  const account = parts[0] === "accounts" ? parts[1] : undefined;
  return { full, name, account, collection: collectionOf(parts), deployment };
}

/**
 * Drops what clients put around an id: `fireworks/` before it; `#deployment`, `@revision` and `[1m]` after it. Cloudflare's
 * ids begin with `@cf/`.
 */
function stripDecorations(id: string): string {
  const end = id.search(/[#[]|(?<!^)@/);
  return withoutProvider(end === -1 ? id : id.slice(0, end)).trim();
}

function collectionOf(parts: readonly string[]): ModelId["collection"] {
  const holder = parts.at(-2);
  if (holder === undefined) return "none";
  return holder === "models" || holder === "routers" ? holder : "other";
}
