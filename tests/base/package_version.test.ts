import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { PACKAGE_VERSION } from "../../src/base/package_version.js";

it("the package's version is that of its `package.json`", () => {
  expect(JSON.parse(readFileSync("package.json", "utf8"))).toMatchObject({ version: PACKAGE_VERSION });
});
