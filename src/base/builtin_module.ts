import type * as asyncHooks from "node:async_hooks";
import type * as crypto from "node:crypto";
import type * as fs from "node:fs";
import type * as path from "node:path";

interface BuiltinModules {
  "node:async_hooks": typeof asyncHooks;
  "node:crypto": typeof crypto;
  "node:fs": typeof fs;
  "node:path": typeof path;
}

/**
 * One of Node's own modules, where the runtime has it: `undefined` in browsers, on edge runtimes, and on versions of Node
 * before 20.16. To be called when the module is needed, and never while a file loads: some builds refuse that.
 *
 * Next's edge runtime has the function, and it throws.
 */
export function builtinModule<Name extends keyof BuiltinModules>(name: Name): BuiltinModules[Name] | undefined {
  // Node's types say that both are always there.
  const runtime = globalThis as { process?: Partial<NodeJS.Process> };
  try {
    return runtime.process?.getBuiltinModule?.(name);
  } catch {
    return undefined;
  }
}
