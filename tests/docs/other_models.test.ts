import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";

const page = readFileSync("docs/other-models.md", "utf8");
const named = [...page.matchAll(/`(@langchain\/[a-z-]+)` (\d+\.\d+\.\d+)/g)].map(
  ([, name, version]) => `${name} ${version}`,
);

it.each([...new Set(named)])("what is said of %s was tried on that version", (subject) => {
  const [name = "", version] = subject.split(" ");
  const { version: installed } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")) as {
    version: string;
  };
  expect(version).toBe(installed);
});

it("names every package that the suite runs", () => {
  expect(new Set(named).size).toBeGreaterThanOrEqual(10);
});
