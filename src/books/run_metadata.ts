import { isObject, type Json } from "../base/json.js";

/** Which run has an object of metadata for its own; `null` where several have it, such as the prompts of one `generate`. */
const owners = new WeakMap<object, string | null>();

/** Notes that a run starts with an object of metadata. */
export function claimMetadata(metadata: unknown, runId: string): WeakRef<Json> | undefined {
  if (!isObject(metadata)) return undefined;
  const owner = owners.get(metadata);
  owners.set(metadata, owner === undefined || owner === runId ? runId : null);
  return new WeakRef(metadata);
}

/** The metadata of a run, where it is nobody else's: what is written there, its tracers show. */
export function ownMetadata(claimed: WeakRef<Json> | undefined, runId: string): Json | undefined {
  const metadata = claimed?.deref();
  return metadata !== undefined && owners.get(metadata) === runId ? metadata : undefined;
}
