import { afterEach, describe, expect, it } from "@jest/globals";
import { builtinModule } from "../../src/base/builtin_module.js";

const { getBuiltinModule } = process;

describe("a module of Node's", () => {
  afterEach(() => void Reflect.set(process, "getBuiltinModule", getBuiltinModule));

  it("is there where the runtime has it", () => {
    expect(builtinModule("node:path")?.join("a", "b")).toBe("a/b");
  });

  it("is none where asking for it throws, as in Next's edge runtime", () => {
    Reflect.set(process, "getBuiltinModule", () => {
      throw new Error("A Node.js API is used (process.getBuiltinModule) which is not supported in the Edge Runtime.");
    });
    expect(builtinModule("node:fs")).toBeUndefined();
  });
});
