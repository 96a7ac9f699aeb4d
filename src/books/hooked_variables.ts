import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";

/** Context variables as core keeps them: users' by name, its own by symbol. */
export type Variables = Record<PropertyKey, unknown>;

/** A handler that core is to find among the variables. */
export interface Hooked {
  handler: BaseCallbackHandler;
  /** The symbol under which this package's copy of core looks for hooks. */
  hooksKey: symbol;
  /** Is called whenever a copy of core looks for hooks, as each does before it starts a run. */
  heard: () => void;
}

/**
 * A copy of context variables in which every copy of core finds a handler. Each looks for hooks under a symbol of its own
 * (its ES modules and its CommonJS form are two copies, and so are two versions), but all symbols are described alike: what
 * is asked for under such a one is answered, and kept there.
 */
export function hookedVariables(outer: Variables = {}, { handler, hooksKey, heard }: Hooked): Variables {
  const hook = { contextVar: handler.name, inheritable: true };
  const isForHooks = (key: PropertyKey) => typeof key === "symbol" && key.description === hooksKey.description;
  const withHook = (key: PropertyKey) => [...((outer[key] ?? []) as readonly unknown[]), hook];
  const variables: Variables = { ...outer, [handler.name]: handler };
  for (const key of [hooksKey, ...Reflect.ownKeys(outer)]) if (isForHooks(key)) variables[key] = withHook(key);
  return new Proxy(variables, {
    get(target, key) {
      if (!isForHooks(key)) return target[key];
      heard();
      return (target[key] ??= withHook(key));
    },
  });
}
