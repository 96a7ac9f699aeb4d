import { describe, expect, it } from "@jest/globals";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-base";
import { claimsIn, examplesOf, runExample } from "../books/doc_examples.js";

const load = (name: string) => import(name.replace("langchain-metered/", "../../src/").replace(/^(\.\..*)$/, "$1.js"));

describe("docs/traces.md", () => {
  it.each(examplesOf("docs/traces.md"))("$name says what is so", async (example) => {
    let claims = 0;
    const given = { exporter: new InMemorySpanExporter() };
    await runExample(example, given, load, (actual, expected) => {
      claims += 1;
      expect(actual).toEqual(expected);
    });
    expect(claims).toBe(claimsIn(example));
    expect(claims).toBeGreaterThan(0);
  });
});
