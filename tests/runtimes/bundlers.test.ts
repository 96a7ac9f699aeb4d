import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { entries } from "../../scripts/lint/rooms.js";
import { bundle, dist } from "./bundle.js";

it.each(entries.map((name) => name.replace("_", "-")))(
  "%s becomes one file for browsers, which asks for nothing of Node",
  async (entry) => {
    const script = await bundle(join(dist, `${entry}.js`));
    expect(script.match(/\bfrom\s*"node:[^"]*"|\b(?:import|require)\(\s*"node:[^"]*"/g)).toBeNull();
    expect(script).not.toMatch(/^import /m);
  },
);
