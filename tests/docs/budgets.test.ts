import { afterAll, beforeAll, expect } from "@jest/globals";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { overrideEnvironment } from "../support/environment.js";
import { testExamplesOf } from "../support/page_examples.js";
import { PostgresServer } from "../support/postgres_server.js";
import { RedisServer } from "../support/redis_server.js";

const amount = expect.stringMatching(/^0\.000\d+$/);

/** What each example prints, in the page's order, as far as the canned server determines it. */
const EXAMPLES: unknown[][] = [
  [["5", amount, "0", expect.any(Number), expect.any(Date)]],
  [[402, "trial", "0.000001", "0", "0"], amount, 1],
  [amount, "0", "59"],
  [expect.any(Number)],
  [
    [{ name: "day", key: "", pot: "usd:day", from: expect.stringMatching(/T00:00:00/), held: amount, settled: amount }],
    5,
  ],
  [[0.5, 1]],
  ["100"],
  ["100"],
  ["budget", expect.stringMatching(/^I have to stop here: of the budget `usd`, \$0 of \$0\.000001 is spent\./)],
  [true, true],
  ["BudgetExceededError"],
  [
    ["estimate", true],
    [amount, amount, amount],
    ["history", amount],
  ],
  [[amount, expect.stringMatching(/^99\.999\d+$/)]],
  [true],
];

const close: (() => unknown)[] = [];

beforeAll(async () => {
  const canned = await startCannedServer();
  const redis = await RedisServer.start();
  const postgres = await new PostgresServer().start();
  close.push(
    () => canned.close(),
    () => redis.stop(),
    () => postgres.close(),
    overrideEnvironment(/^(FIREWORKS|OPENLLM|OPEN_LLM|REDIS|DATABASE)_/, {
      FIREWORKS_API_KEY: "not-a-key",
      FIREWORKS_API_BASE: `${canned.url}/v1`,
      OPENLLM_BASE_URL: `${canned.url}/v1`,
      REDIS_URL: redis.url,
      DATABASE_URL: `postgres://postgres@${postgres.address.host}:${postgres.address.port}/postgres`,
    }),
  );
}, 60_000);

afterAll(async () => {
  await Promise.all(close.map((end) => end()));
}, 60_000);

testExamplesOf("docs/budgets.md", EXAMPLES);
