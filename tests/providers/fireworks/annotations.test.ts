import { beforeEach, describe, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import { ConfigurationError } from "../../../src/base/errors.js";
import { CostCallbackHandler, MemoryLedger, summarize } from "../../../src/callbacks.js";
import type { FireworksAnnotations } from "../../../src/providers/fireworks/annotations.js";
import { useWireServer } from "../../support/use_server.js";
import { echo, embeddings } from "./embeddings/setup.js";
import { ask, fireworks, hello } from "./setup.js";

const server = useWireServer(hello);
const annotations = { team: "search", project: "ranker", environment: "prod" };

beforeEach(() => {
  server.requests.length = 0;
});

const sent = () => server.requests.map(({ headers }) => headers["fireworks-annotations"]);

describe.each([true, false])("annotations (streamed: %s)", (isStreamed) => {
  it("travel in a header and are tags of the run, which the ledger is summed by", async () => {
    const ledger = new MemoryLedger();
    const model = fireworks(server, { annotations, costs: new CostCallbackHandler({ ledger }), tags: ["web"] });
    await ask(model, isStreamed);
    await ask(model, isStreamed, undefined, { annotations: { team: "ads" } });
    // With `null` the call takes them back.
    await ask(model, isStreamed, undefined, { annotations: null });
    expect(sent()).toEqual(["team=search,project=ranker,environment=prod", "team=ads", undefined]);
    expect(ledger.entries.map(({ tags }) => tags)).toEqual([
      ["web", "team=search", "project=ranker", "environment=prod"],
      ["web", "team=ads"],
      ["web"],
    ]);
    const byTag = summarize(ledger.entries, "tag").groups.map(({ key, calls }) => [key, calls]);
    expect(byTag).toEqual(
      expect.arrayContaining([
        ["team=search", 1],
        ["team=ads", 1],
        ["web", 3],
      ]),
    );
  });
});

it("are kept by `withConfig` and by a serialised model, and are no field of the request", async () => {
  const model = fireworks(server, { annotations });
  await model.withConfig({ annotations: { project: "bound" } }).invoke("Hi");
  expect(sent()).toEqual(["project=bound"]);
  expect(JSON.parse(JSON.stringify(model))).toMatchObject({ kwargs: { annotations } });
  expect(JSON.stringify(model._identifyingParams())).not.toContain("search");
  expect(JSON.stringify(server.requests[0]?.json)).not.toContain("bound");
});

it("do not change what a cache answers, which is tagged too", async () => {
  const ledger = new MemoryLedger();
  const cache = new InMemoryCache(new Map());
  const model = fireworks(server, { cache, costs: new CostCallbackHandler({ ledger }), annotations });
  await model.invoke("Hi", { annotations: { team: "one" } });
  await model.invoke("Hi", { annotations: { team: "two" } });
  await fireworks(server, { cache }).invoke("Hi");
  expect(server.requests).toHaveLength(1);
  expect(ledger.entries.map(({ outcome, tags }) => [outcome, tags])).toEqual([
    ["ok", ["team=one"]],
    ["cache-hit", ["team=two"]],
  ]);
});

it("are in the header and the books of embeddings too", async () => {
  const ledger = new MemoryLedger();
  server.reply(echo);
  await embeddings(server, { annotations, costs: new CostCallbackHandler({ ledger }) }).embedQuery("tides");
  expect(sent()).toEqual(["team=search,project=ranker,environment=prod"]);
  expect(ledger.entries[0]?.tags).toEqual(["team=search", "project=ranker", "environment=prod"]);
});

it.each<FireworksAnnotations>([{}, { team: undefined }])("%j says nothing", async (none) => {
  await fireworks(server, { annotations: none }).invoke("Hi");
  expect(sent()).toEqual([undefined]);
});

describe("what Fireworks would drop or misread is refused", () => {
  it.each<[unknown, string[]]>([
    [{ teem: "search" }, ["`teem`", "`team`, `project` and `environment`"]],
    [{ team: "a,project=b" }, ["`annotations.team`", "a,project=b", "no comma"]],
    [{ project: "a=b" }, ["`annotations.project`", "a=b"]],
    [{ team: "a\r\nx-forged: 1" }, ["`annotations.team`"]],
    [{ environment: "\u65e5\u672c" }, ["`annotations.environment`", "Latin"]],
    [{ team: "" }, ["`annotations.team`"]],
    [{ team: " a" }, ["blank"]],
    [{ team: 7 }, ["`7`"]],
    [{ team: null }, ["`null`"]],
    ["team=search", ["object"]],
  ])("%j", async (given, words) => {
    const fields = { annotations: given as FireworksAnnotations }; // as untyped callers may write it
    const error = attempt(() => fireworks(server, fields));
    expect(error).toBeInstanceOf(ConfigurationError);
    for (const word of words) expect((error as Error).message).toContain(word);
    expect(attempt(() => embeddings(server, fields))).toEqual(error);
    await expect(fireworks(server).invoke("Hi", fields)).rejects.toThrow((error as Error).message);
    expect(server.requests).toEqual([]);
  });
});

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
