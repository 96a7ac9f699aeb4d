/** The account in which Fireworks keeps its catalogue. */
const CATALOGUE = "accounts/fireworks";

/**
 * The id under which Fireworks' API knows a model, given one in any form in which users write it: `kimi-k3`,
 * `fireworks/kimi-k3` and `models/kimi-k3` are in Fireworks' own account. Ids of other accounts, of routers
 * and deployments, of Hugging Face, and `auto` with its kin are whole already.
 */
export function fullModelId(model: string): string {
  const hash = model.indexOf("#");
  if (hash >= 0) return fullModelId(model.slice(0, hash)) + model.slice(hash);
  const id = withoutMark(model);
  const [first, ...rest] = id.split("/");
  if (rest.length === 0) return isAuto(id) ? id : `${CATALOGUE}/models/${id}`;
  if (rest.length > 1) return id;
  if (first === "fireworks") return `${CATALOGUE}/models/${rest[0]}`;
  return first === "models" || first === "routers" ? `${CATALOGUE}/${id}` : id;
}

/** The same for a server on a host. A bare name on another one than Fireworks' is a name of that server's. */
export function modelIdOn(host: string | undefined, model: string): string {
  const isOther = host !== undefined && !/(^|\.)fireworks\.ai(:\d+)?$/.test(host);
  return isOther && !model.includes("/") ? model : fullModelId(model);
}

/** Some clients mark a long context window behind the id, which the API does not know: `kimi-k3[1m]`. */
function withoutMark(id: string): string {
  return id.endsWith("]") ? id.slice(0, id.lastIndexOf("[")) : id;
}

/** Names that are in no account: they choose a model for each request. */
function isAuto(id: string): boolean {
  return id === "auto" || id.startsWith("auto-");
}
