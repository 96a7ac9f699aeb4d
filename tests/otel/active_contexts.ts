import { AsyncLocalStorage } from "node:async_hooks";
import { ROOT_CONTEXT, type Context, type ContextManager } from "@opentelemetry/api";

/** OpenTelemetry's active context, as its own manager for Node keeps it. */
export class ActiveContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<Arguments extends unknown[], Result>(
    context: Context,
    run: (...args: Arguments) => Result,
    self?: unknown,
    ...args: Arguments
  ): Result {
    return this.#storage.run(context, () => run.apply(self, args));
  }

  bind<Bound>(_context: Context, target: Bound): Bound {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}
