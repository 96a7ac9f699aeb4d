import type * as AsyncHooks from "node:async_hooks";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { builtinModule } from "../base/builtin_module.js";
import { MeteredError } from "../base/errors.js";
import { hookedVariables, type Variables } from "./hooked_variables.js";

/** Where core keeps context variables, and the names of those that it looks at for handlers. */
interface ContextOfCore {
  storage: Storage;
  variablesKey: symbol;
  hooksKey: symbol;
}

type Storage = ReturnType<typeof AsyncLocalStorageProviderSingleton.getInstance>;

/** Loaded when it is used: it brings most of core along. */
async function contextOfCore(): Promise<ContextOfCore> {
  const singletons = await import("@langchain/core/singletons");
  const { AsyncLocalStorageProviderSingleton: provider, MockAsyncLocalStorage } = singletons;
  const { _CONTEXT_VARIABLES_KEY: variablesKey } = singletons;
  const AsyncLocalStorage = findStorage();
  if (AsyncLocalStorage !== undefined) provider.initializeGlobalInstance(new AsyncLocalStorage());
  const storage = provider.getInstance();
  if (storage instanceof MockAsyncLocalStorage) throw withoutStorage();
  return { storage, variablesKey, hooksKey: await findHooksKey(storage, variablesKey) };
}

/** Next's edge runtime has it among its globals, and none of Node's modules. */
function findStorage(): typeof AsyncHooks.AsyncLocalStorage | undefined {
  const { AsyncLocalStorage } = globalThis as { AsyncLocalStorage?: typeof AsyncHooks.AsyncLocalStorage };
  return builtinModule("node:async_hooks")?.AsyncLocalStorage ?? AsyncLocalStorage;
}

/** Core does not export the name under which it looks for hooks, but it can be heard asking for it. */
async function findHooksKey(storage: Storage, variablesKey: symbol): Promise<symbol> {
  const { CallbackManager } = await import("@langchain/core/callbacks/manager");
  const asked: symbol[] = [];
  const listening = new Proxy({}, { get: (_, key) => void (typeof key === "symbol" && asked.push(key)) });
  // A handler of the tracer's name, so that core makes no tracer for this. Nothing but its name is read.
  const tracer = { name: "langchain_tracer" } as BaseCallbackHandler;
  storage.run({ [variablesKey]: listening }, () => CallbackManager.configure([tracer]));
  const [key] = asked;
  if (key !== undefined) return key;
  throw new MeteredError("This version of `@langchain/core` looks for no hooks, so `trackCosts` cannot meter with it.");
}

function withoutStorage(): MeteredError {
  return new MeteredError(
    "`trackCosts` needs a runtime with `AsyncLocalStorage`: Node (20.16 or later, 22.3 or later), Bun, Deno, Workers with `nodejs_compat`, or Next's edge runtime. Pass a `CostCallbackHandler` in `callbacks` here.",
  );
}

/**
 * Runs a function with a handler on every run that is started inside it. Does what `registerConfigureHook` and
 * `setContextVariable` of core's `context` do, for more runtimes and for every copy of core: that module needs
 * `AsyncLocalStorage` as soon as it is loaded, and `enterWith`, which Workers do not have.
 * @param heard - is called whenever any copy of core starts something inside
 * @throws MeteredError where the runtime has no `AsyncLocalStorage`
 */
export async function withAmbientHandler<Result>(
  handler: BaseCallbackHandler,
  heard: () => void,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  const { storage, variablesKey, hooksKey } = await contextOfCore();
  const surroundings = (storage.getStore() ?? {}) as { [variablesKey]?: Variables };
  const variables = hookedVariables(surroundings[variablesKey], { handler, hooksKey, heard });
  return storage.run(withVariables(surroundings, variablesKey, variables), run);
}

/** A copy: what surrounds may be a run's own record, and other calls look at it too. */
function withVariables(surroundings: object, key: symbol, variables: Variables): object {
  const copy = Object.create(Object.getPrototypeOf(surroundings) as object | null) as object;
  return Object.assign(copy, surroundings, { [key]: variables });
}
