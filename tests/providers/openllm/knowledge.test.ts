import { beforeEach, expect, it } from "@jest/globals";
import { forgetServers, knowledgeOf } from "../../../src/providers/openllm/negotiate/knowledge.js";

beforeEach(forgetServers);

it("is shared by all who ask for a model at a base URL, and by no others", () => {
  const one = knowledgeOf("http://one", "m");
  expect(knowledgeOf("http://one", "m")).toBe(one);
  expect(knowledgeOf("http://one", "n")).not.toBe(one);
  expect(knowledgeOf("http://two", "m")).not.toBe(one);
});

it("is lost first of the server that was not asked for the longest", () => {
  const [busy, idle] = [knowledgeOf("http://busy", "m"), knowledgeOf("http://idle", "m")];
  for (let other = 0; other < 255; other++) {
    knowledgeOf(`http://other${other}`, "m");
    expect(knowledgeOf("http://busy", "m")).toBe(busy);
  }
  expect(knowledgeOf("http://idle", "m")).not.toBe(idle);
});

it("begins anew when all is forgotten", () => {
  const before = knowledgeOf("http://one", "m");
  before.concessions.add("strict");
  forgetServers();
  expect(knowledgeOf("http://one", "m")).toEqual({ concessions: new Set() });
});

it("is each account's own", () => {
  const one = knowledgeOf("http://one", "m", "a");
  expect(knowledgeOf("http://one", "m", "a")).toBe(one);
  expect(knowledgeOf("http://one", "m", "b")).not.toBe(one);
  expect(knowledgeOf("http://one", "m")).not.toBe(one);
});

it("is kept of more models than are called in turn, and not pushed out by models that there are not", () => {
  const models = Array.from({ length: 3_000 }, (_, at) => `m${at}`);
  for (const model of models) knowledgeOf("http://one", model).concessions.add("strict");
  for (let at = 0; at < 3_000; at++) knowledgeOf("http://one", `none${at}`);
  for (const model of models) expect(knowledgeOf("http://one", model).concessions.has("strict")).toBe(true);
});

it("is lost at last of what was not asked for the longest", () => {
  const learn = (model: string) => knowledgeOf("http://one", model).concessions.add("strict");
  learn("idle");
  learn("busy");
  for (let at = 0; at < 9_999; at++) {
    learn(`m${at}`);
    knowledgeOf("http://one", "busy");
  }
  // What was learnt since the last look is counted when others come.
  for (let at = 0; at < 257; at++) knowledgeOf("http://one", `none${at}`);
  expect(knowledgeOf("http://one", "busy").concessions.size).toBe(1);
  expect(knowledgeOf("http://one", "idle").concessions.size).toBe(0);
});
