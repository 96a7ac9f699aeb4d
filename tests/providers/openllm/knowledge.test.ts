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
