import { expect, it } from "@jest/globals";
import { mergeHeaders } from "../../../src/wires/ollama/headers.js";

it("mergeHeaders lets later headers win, whatever the case of their names", () => {
  expect(mergeHeaders({ authorization: "Bearer a", accept: "x" }, undefined, { Authorization: "Bearer b" })).toEqual({
    authorization: "Bearer b",
    accept: "x",
  });
});
