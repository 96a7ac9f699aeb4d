import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { bundle, dist } from "./bundle.js";

it.each([
  "index",
  "callbacks",
  "fireworks",
  "openllm",
  "ollama",
  "origin",
  "provider",
  "genai-prices",
  "redis",
  "postgres",
  "middleware",
  "register",
  "testing",
  "otel",
  "exports",
  "bill",
])("%s becomes one file for browsers, which asks for nothing of Node", async (entry) => {
  const script = await bundle(join(dist, `${entry}.js`));
  expect(script.match(/\bfrom\s*"node:[^"]*"|\b(?:import|require)\(\s*"node:[^"]*"/g)).toBeNull();
  expect(script).not.toMatch(/^import /m);
});
