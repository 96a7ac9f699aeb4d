import { frozenTable, type PriceTable } from "../look_up/schema.js";
import { FIREWORKS_ALIASES } from "./fireworks_aliases.js";
import { FIREWORKS_EMBEDDINGS } from "./fireworks_embeddings.js";
import { FIREWORKS_RETIRED } from "./fireworks_retired.js";
import { FIREWORKS_SERVERLESS } from "./fireworks_serverless.js";
import { FIREWORKS_TIERS } from "./fireworks_tiers.js";
import { OLLAMA_CLOUD } from "./ollama_cloud.js";

/** The prices that this package knows by itself. */
export const BUILTIN_PRICES: PriceTable = frozenTable({
  name: "builtin",
  rows: [...FIREWORKS_SERVERLESS, ...FIREWORKS_RETIRED, ...FIREWORKS_EMBEDDINGS, ...OLLAMA_CLOUD],
  aliases: FIREWORKS_ALIASES,
  tiers: FIREWORKS_TIERS,
  sizeReading: "careful",
  fallback: undefined,
  origin: "builtin",
});
