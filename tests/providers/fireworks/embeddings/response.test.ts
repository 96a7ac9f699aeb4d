import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readEmbeddings } from "../../../../src/providers/fireworks/embeddings/response.js";
import { ServerError } from "../../../../src/base/errors.js";

const context = { server: "Fireworks", model: "m" };
const read = (body: unknown, count: number) =>
  readEmbeddings(typeof body === "string" ? body : JSON.stringify(body), count, context);
const item = (index: unknown, ...embedding: unknown[]) => ({ object: "embedding", index, embedding });

describe("an answer to a request for embeddings", () => {
  it("gives the vectors by their index, whatever their order", () => {
    const vectors = fc.array(
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 4 }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(vectors, fc.infiniteStream(fc.nat()), (given, ranks) => {
        const data = given
          .map((embedding, index) => ({ index, embedding, rank: ranks.next().value as number }))
          .sort((a, b) => a.rank - b.rank);
        expect(read({ data }, given.length).vectors).toEqual(JSON.parse(JSON.stringify(given)));
      }),
    );
  });

  it("goes by position where no index is given", () => {
    expect(read({ data: [{ embedding: [1] }, { embedding: [2] }] }, 2).vectors).toEqual([[1], [2]]);
  });

  it.each<[string, object | undefined, number | undefined]>([
    ["`prompt_tokens`", { prompt_tokens: 12, total_tokens: 13 }, 12],
    ["`total_tokens` alone", { total_tokens: 13 }, 13],
    ["a zero, which is no count", { prompt_tokens: 0 }, undefined],
    ["nothing", undefined, undefined],
    ["a negative", { prompt_tokens: -1 }, undefined],
  ])("reads usage from %s", (_, usage, tokens) => {
    const { usage: found } = read({ data: [item(0, 1)], usage }, 1);
    expect(found).toEqual(
      tokens === undefined ? undefined : { input_tokens: tokens, output_tokens: 0, total_tokens: tokens },
    );
  });

  it("names the model that served", () => {
    expect(read({ data: [item(0, 1)], model: "nomic" }, 1).servedModel).toBe("nomic");
    expect(read({ data: [item(0, 1)], model: "" }, 1)).not.toHaveProperty("servedModel");
  });

  it.each<[string, unknown, number, string]>([
    ["too few", { data: [item(0, 1)] }, 2, "1 embedding for 2 texts"],
    ["two for one text", { data: [item(0, 1), item(0, 2)] }, 2, "1 embedding for 2 texts"],
    ["an index beyond the texts", { data: [item(0, 1), item(2, 2)] }, 2, "1 embedding for 2 texts"],
    ["a huge index", { data: [item(4_294_967_295, 1)] }, 1, "0 embeddings for 1 text"],
    ["an empty vector", { data: [item(0)] }, 1, "0 embeddings for 1 text"],
    ["a vector with holes", { data: [item(0, 1, null)] }, 1, "0 embeddings for 1 text"],
    ["base64 that was not asked for", { data: [{ index: 0, embedding: "AAAA" }] }, 1, "0 embeddings for 1 text"],
    ["no list", { data: {} }, 1, "no embeddings"],
    ["a list instead of an object", [], 1, "no embeddings"],
    ["null", null, 1, "no embeddings"],
    ["no JSON", "<html>", 1, "no JSON"],
    ["nothing at all", "", 1, "an empty body"],
    ["an error in a 200", { error: { message: "Out of tide." } }, 1, "Out of tide."],
  ])("is refused with %s", (_, body, count, words) => {
    expect(() => read(body, count)).toThrow(ServerError);
    expect(() => read(body, count)).toThrow(words);
  });

  it("has the usage on its error", () => {
    try {
      read({ data: [], usage: { prompt_tokens: 3 } }, 1);
      throw new Error("It was read.");
    } catch (error) {
      expect((error as ServerError).partialOutput).toMatchObject({ usage_metadata: { input_tokens: 3 } });
    }
  });
});
