import type * as crypto from "node:crypto";
import type * as fs from "node:fs";
import type * as path from "node:path";
import { builtinModule } from "../base/builtin_module.js";
import { MeteredError } from "../base/errors.js";

/** Node's modules for files, under the names that they have there. */
export interface NodeFiles {
  crypto: typeof crypto;
  fs: typeof fs;
  path: typeof path;
}

/**
 * Node's modules for files, asked for when a ledger's file is used: this package can be loaded where there are none.
 * @throws MeteredError where the runtime has no files
 */
export function nodeFiles(): NodeFiles {
  const crypto = builtinModule("node:crypto");
  const fs = builtinModule("node:fs");
  const path = builtinModule("node:path");
  if (crypto !== undefined && fs !== undefined && path !== undefined) return { crypto, fs, path };
  throw new MeteredError(
    "A ledger in a file needs a runtime with files: Node (20.16 or later, 22.3 or later), Bun or Deno. Use a `MemoryLedger`, or an object with a method `record(entry)`.",
  );
}
