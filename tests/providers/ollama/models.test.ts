import { describe, expect, it, jest } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import { costOf } from "../../../src/callbacks.js";
import { recording, replay } from "../../support/recordings.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { expectOneRun } from "../../support/runs.js";
import { bytes, json, ndjson } from "../../support/wire_script.js";
import { Bench, collect, last, line } from "../../wires/ollama/support.js";

const bench = new Bench();
const show = replay(recording("ollama", "show"));
const missing = json(404, { error: "model 'tiny' not found" });

describe("profile", () => {
  it("is asked for once", async () => {
    bench.server.on("/api/show", show);
    const model = bench.model();
    expect(model.profile).toEqual({});
    const profile = {
      maxInputTokens: 2048,
      toolCalling: true,
      toolChoice: true,
      imageInputs: false,
      audioInputs: false,
      reasoningOutput: true,
    };
    expect([await model.loadProfile(), await model.loadProfile(), model.profile]).toEqual([profile, profile, profile]);
    expect(bench.server.requests).toHaveLength(1);
  });

  it("counts with the window that was chosen", async () => {
    bench.server.on("/api/show", show);
    expect(await bench.model({ numCtx: 512 }).loadProfile()).toMatchObject({ maxInputTokens: 512 });
  });

  it("is what the user says, field by field, if they say", async () => {
    bench.server.on("/api/show", show);
    const model = bench.model({ profile: { maxInputTokens: 5, imageInputs: true } });
    expect(model.profile).toEqual({ maxInputTokens: 5, imageInputs: true });
    await model.loadProfile();
    expect(model.profile).toMatchObject({
      maxInputTokens: 5,
      imageInputs: true,
      audioInputs: false,
      toolCalling: true,
    });
  });

  it("of a model that is not there is an error, and is asked for again", async () => {
    bench.server.reply(missing, show);
    const model = bench.model();
    await expect(model.loadProfile()).rejects.toThrow("Run `ollama pull tiny`");
    expect(await model.loadProfile()).toMatchObject({ toolCalling: true });
  });

  it("is asked for again after a pull", async () => {
    bench.server
      .on("/api/pull", ndjson([{ status: "success" }]))
      .reply(show, json(200, { capabilities: ["completion"] }));
    const model = bench.model();
    await model.loadProfile();
    await collect(model.pullModel());
    expect(await model.loadProfile()).toMatchObject({ toolCalling: false });
  });
});

describe("pull: true", () => {
  it("is one run, with both requests on it", async () => {
    bench.server
      .on("/api/pull", ndjson([{ status: "success" }]))
      .reply(missing, ndjson([line({ content: "Hey" }), last()]));
    const handler = new RecordingHandler();
    const model = bench.model({ pull: true });
    const chunks = await collect(await model.stream("Hi", { callbacks: [handler] }));
    expectOneRun(handler);
    expect(chunks.at(-1)?.response_metadata.requests).toMatchObject([{ status: 404 }, { status: 200 }]);
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 7, outputTokens: 3, estimatedCalls: 0 });
  });

  it("tells handlers and event streams how far it has come", async () => {
    const progress = [{ status: "pulling abc", total: 9, completed: 4 }, { status: "success" }];
    bench.server
      .on("/api/pull", ndjson(progress))
      .reply(missing, json(200, last({}, { content: "Hey" })), missing, ndjson([line({ content: "Hey" }), last()]));
    const told: unknown[] = [];
    const handleCustomEvent = (name: string, data: unknown) => void told.push([name, data]);
    await bench.model({ pull: true }).invoke("Hi", { callbacks: [{ handleCustomEvent }] });
    expect(told).toEqual(progress.map((each) => ["ollama_pull", each]));
    const events = await collect(bench.model({ pull: true }).streamEvents("Hi", { version: "v2" }));
    expect(events.filter(({ event }) => event === "on_custom_event").map(({ name, data }) => [name, data])).toEqual(
      told,
    );
  });

  it("works within a concurrency limit of one", async () => {
    bench.server
      .on("/api/pull", ndjson([{ status: "success" }]))
      .reply(missing, json(200, last({}, { content: "Hey" })));
    expect((await bench.model({ pull: true, maxConcurrency: 1 }).invoke("Hi")).text).toBe("Hey");
  });

  it("fails with the pull's error", async () => {
    bench.server.on("/api/pull", ndjson([{ error: "pull model manifest: file does not exist" }])).reply(missing);
    await expect(bench.model({ pull: true }).invoke("Hi")).rejects.toThrow("pull model manifest: file does not exist");
  });

  it("is not tried for other errors", async () => {
    bench.server.reply(json(400, { error: "invalid model name" }));
    await expect(bench.model({ pull: true }).invoke("Hi")).rejects.toThrow("invalid model name");
    expect(bench.server.requests).toHaveLength(1);
  });
});

describe("fetchImages", () => {
  it("fetches an image that is given by its address", async () => {
    bench.server
      .on("/api/show", json(200, { capabilities: ["vision"] }))
      .on("/cat.png", bytes([new Uint8Array([0, 1, 2])], { "content-type": "image/png" }))
      .reply(json(200, last()));
    const message = new HumanMessage({
      content: [
        { type: "text", text: "?" },
        { type: "image_url", image_url: `${bench.server.url}/cat.png` },
      ],
    });
    await bench.model({ fetchImages: true, apiKey: "k" }).invoke([message]);
    expect(bench.body().messages).toEqual([{ role: "user", content: "?", images: ["AAEC"] }]);
    const image = bench.server.requests.find(({ path }) => path === "/cat.png");
    expect(image?.headers.authorization).toBeUndefined();
  });
});

describe("cost", () => {
  const answer = (rest: object = {}) =>
    json(200, last({ prompt_eval_count: 1_000_000, eval_count: 1_000_000, ...rest }, { content: "x" }));

  it("on this machine is nothing", async () => {
    bench.server.reply(answer());
    expect(costOf(await bench.model().invoke("Hi"))).toMatchObject({ status: "free", totalUsd: "0" });
  });

  it("of a cloud model behind this machine is that of the cloud's price list", async () => {
    bench.server.reply(answer({ model: "gpt-oss:120b-cloud" }));
    const cost = costOf(await bench.model({}, "gpt-oss:120b-cloud").invoke("Hi"));
    expect([cost.status, cost.totalUsd]).toEqual(["priced", "0.75"]);
  });

  it("of a cloud model that the list does not have is unknown, not nothing", async () => {
    bench.server.reply(answer({ model: "brand-new:cloud" }));
    expect(costOf(await bench.model({}, "brand-new:cloud").invoke("Hi"))).toMatchObject({
      status: "unpriced",
      totalUsd: undefined,
    });
  });

  describe("is that of the GPU's time where its price is declared", () => {
    // 3,600 USD an hour is 1 USD a second; the call takes 10 seconds or a little more.
    const pricing = { gpuUsdPerHour: "3600" };
    const after = async (total_duration: number, fields: object): Promise<number> => {
      const { now } = Date;
      let skew = 0;
      const clock = jest.spyOn(Date, "now").mockImplementation(() => now() + skew);
      bench.server.reply(() => {
        skew += 10_000;
        return answer({ total_duration });
      });
      const model = bench.model({ pricing, ...fields });
      const message = await model.invoke("Hi");
      clock.mockRestore();
      expect(model.costs.totals.costUsd).toBe(costOf(message).totalUsd);
      return Number(model.costs.totals.costUsd);
    };

    it.each([0, 1, 9_000_000_000, 1e300])("by our own clock, whatever the server says: %p ns", async (said) => {
      const usd = await after(said, {});
      expect(usd).toBeGreaterThanOrEqual(10);
      expect(usd).toBeLessThan(100);
    });

    it("by Ollama's, where the user vouches for it", async () => {
      expect(await after(9_000_000_000, { trustServerPrices: true })).toBe(9);
    });

    it.each([0, -1, 1e300])("but within our own: %p ns", async (said) => {
      const usd = await after(said, { trustServerPrices: true });
      expect(usd).toBeGreaterThanOrEqual(10);
      expect(usd).toBeLessThan(100);
    });
  });

  it("on a public host is unknown unless it is declared", async () => {
    const fetch = async () =>
      new Response(JSON.stringify(last({}, { content: "x" })), { headers: { "content-type": "application/json" } });
    const at = { baseURL: "https://gpu.example.com", fetch };
    expect(costOf(await bench.model(at).invoke("Hi")).status).toBe("unpriced");
    expect(costOf(await bench.model({ ...at, pricing: "free" }).invoke("Hi")).status).toBe("free");
    const priced = await bench
      .model({ ...at, pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: "2" } })
      .invoke("Hi");
    expect(costOf(priced).totalUsd).toBe("0.000013");
  });
});
