import { describe, expect, it } from "@jest/globals";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { ChatOpenLLM } from "../../src/providers/openllm/chat.js";
import { gate } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { json } from "../support/wire_script.js";
import { useClock } from "./clock.js";
import { collect, paths, prepare, rejection } from "./paths.js";
import { chatsOf, messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const clock = useClock();
const input = "Say hello.";

/** A gateway's tokens: each time another one. */
function issuer(): { apiKey: () => Promise<string>; issued: string[] } {
  const issued: string[] = [];
  return { apiKey: async () => (issued.push(`token-number-${issued.length + 1}`), issued.at(-1) ?? ""), issued };
}

const sent = () => chatsOf(wire.server).map(({ headers }) => headers.authorization);

describe.each(subjects)("$name: a key that is asked for", (subject) => {
  const create = (fields: MeteredChatModelInput) => subject.create(wire.server.url, fields);

  it.each(paths.map((path) => [path.name, path] as const))("once for each call: %s", async (_, path) => {
    wire.server.always(path.streams ? subject.scripts.streamed() : subject.scripts.whole());
    const { apiKey, issued } = issuer();
    const trip = prepare(path, create, { apiKey });
    await trip.go();
    expect(sent()).toEqual(["Bearer token-number-1"]);
    expect(issued).toHaveLength(1);
  });

  it("anew for each attempt, and no attempt's error or trace has any of them", async () => {
    const { apiKey } = issuer();
    const echo = (token: string) => subject.scripts.refusal(503, `busy, ${token}`);
    wire.server.reply(
      echo("token-number-1"),
      subject.scripts.refusal(401, "token-number-1 and token-number-2 expired"),
    );
    const handler = new RecordingHandler();
    const failed = gate();
    const model = create({ apiKey, onFailedAttempt: () => failed.arrive() });
    const calling = rejection(model.invoke(input, { callbacks: [handler] }));
    await failed.reached;
    await clock.passSoon(20_000);
    const error = await calling;
    expect(sent()).toEqual(["Bearer token-number-1", "Bearer token-number-2"]);
    expect(error).toMatchObject({ name: "ServerError", status: 401 });
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain("token-number");
    expect(JSON.stringify(handler.events)).not.toContain("token-number");
  });

  it("and its value is in no serialised form and no message", async () => {
    wire.server.always(subject.scripts.whole());
    const { apiKey } = issuer();
    const model = create({ apiKey });
    const handler = new RecordingHandler();
    await model.invoke(input, { callbacks: [handler] });
    expect(JSON.stringify([model.toJSON(), handler.events, messageOf(expectOneRun(handler))])).not.toContain("token-");
    expect(JSON.stringify(model.toJSON())).toContain(subject.keyVariable);
  });

  it.each([
    ["throws", () => Promise.reject(new Error("the vault is sealed")), /failed: the vault is sealed/],
    ["gives nothing", () => undefined as never, /gave a value of type `undefined`/],
    ["gives an empty text", () => "", /gave an empty text/],
    ["gives what no key is", () => "two words", /characters that no key has/],
  ])(
    "sends nothing and books nothing where the function %s",
    async (_, apiKey: () => string | Promise<string>, words) => {
      for (const call of [
        (model: ReturnType<typeof create>) => model.invoke(input),
        (model: ReturnType<typeof create>) => collect(model.stream(input)),
      ]) {
        const model = create({ apiKey });
        const error = await rejection(call(model));
        expect(error).toMatchObject({
          name: "ConfigurationError",
          option: "apiKey",
          message: expect.stringMatching(words),
        });
        expect(chatsOf(wire.server)).toEqual([]);
        expect(model.costs.totals).toMatchObject({ inputTokens: 0, outputTokens: 0, costUsd: "0" });
      }
    },
  );

  it("is given up when the call is aborted meanwhile", async () => {
    const controller = new AbortController();
    const asked = gate();
    const model = create({ apiKey: () => (asked.arrive(), new Promise<string>(() => undefined)) });
    const calling = rejection(model.invoke(input, { signal: controller.signal }));
    await asked.reached;
    controller.abort();
    expect((await calling).name).toMatch(/Abort/);
    expect(chatsOf(wire.server)).toEqual([]);
  });

  it("gives way to the user's own header", async () => {
    wire.server.always(subject.scripts.whole());
    await create({ apiKey: issuer().apiKey, headers: { Authorization: "Custom mine" } }).invoke(input);
    expect(sent()).toEqual(["Custom mine"]);
  });

  it("is refused where it is neither a text nor a function", () => {
    expect(() => create({ apiKey: 42 as never })).toThrow(/`apiKey` is of type `number`/);
  });
});

it("is asked for when a server is asked about itself, too", async () => {
  wire.server.on("GET /v1/models", json(200, { data: [{ id: "m", object: "model" }] }));
  const { apiKey } = issuer();
  await new ChatOpenLLM({ model: "m", baseURL: `${wire.server.url}/v1`, apiKey }).models();
  expect(wire.server.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-number-1"]);
});
