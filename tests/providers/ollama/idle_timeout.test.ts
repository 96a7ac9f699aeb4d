// Ollama hands out tool calls whole, so a long one is a long silence in the middle of a healthy answer.
import { describe, expect, it } from "@jest/globals";
import { useClock } from "../../contract/clock.js";
import { Bench, collect, last, line, rejection } from "../../wires/ollama/support.js";
import { gate } from "../../support/gate.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { ndjson } from "../../support/wire_script.js";

const bench = new Bench();
const clock = useClock();
const call = { id: "call_a", function: { index: 0, name: "write_file", arguments: { text: "long" } } };

describe("silence while a tool call is made", () => {
  const begin = async (fields: Parameters<Bench["model"]>[0] = {}) => {
    const writing = gate();
    bench.server.reply(ndjson([line({ content: "Now: " }), writing, line({ tool_calls: [call] }), last()]));
    const handler = new RecordingHandler();
    const reading = bench
      .model(fields)
      .stream("Hi", { callbacks: [handler] })
      .then(collect);
    reading.catch(() => undefined); // awaited below
    await writing.reached;
    await handler.when((events) => events.some(({ type }) => type === "token"));
    return { writing, reading };
  };

  it("may last ten minutes", async () => {
    const { writing, reading } = await begin();
    clock.pass(599_000);
    writing.open();
    const whole = (await reading).reduce((sum, chunk) => sum.concat(chunk));
    expect(whole.tool_calls).toMatchObject([{ id: "call_a", name: "write_file" }]);
  });

  it.each([
    [{}, 600_000],
    [{ idleTimeout: 5_000 }, 5_000],
    [{ timeout: 900_000, idleTimeout: 700_000 }, 700_000],
  ])("with %p ends the call after %i ms", async (fields, ms) => {
    const { reading } = await begin(fields);
    clock.pass(ms);
    expect(await rejection(reading)).toMatchObject({ name: "CallTimeoutError", limit: "idle", limitMs: ms });
    await bench.server.idle();
    expect(bench.server.requests[0]?.aborted).toBe(true);
  });
});
