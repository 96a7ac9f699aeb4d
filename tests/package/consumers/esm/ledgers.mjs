import { ChatOpenLLM, CostCallbackHandler, MemoryLedger } from "langchain-metered";
import { parseBill, reconcile } from "langchain-metered/bill";
import { CloudEventsLedger, StripeMeterLedger, toFocusCsv } from "langchain-metered/exports";
import { CostSpanProcessor, OtelLedger } from "langchain-metered/otel";
import { PostgresLedger } from "langchain-metered/postgres";
import { startServer } from "../server.cjs";

/** One call, told in each of the forms. */
async function job(server) {
  const ledger = new MemoryLedger();
  const callbacks = [new CostCallbackHandler({ ledger: [ledger, new OtelLedger({ spans: true })] })];
  const pricing = { inputUsdPerMillion: "1", outputUsdPerMillion: "1" };
  await new ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1`, pricing, callbacks }).invoke("Greet me.");
  const [entry] = ledger.entries;
  const { csv, unpriced } = toFocusCsv(ledger.entries);
  const bill = await parseBill(csv);
  const { ok, oursUsd, billUsd } = await reconcile(ledger.entries, bill);
  return {
    span: spanOf(entry),
    rows: csv.trimEnd().split("\r\n").length,
    unpriced: unpriced.length,
    bill: [ok, oursUsd, billUsd],
    refused: [
      () => new PostgresLedger({}),
      () => new CloudEventsLedger({}),
      () => new StripeMeterLedger({}),
      () => new OtelLedger({ span: true }),
    ].map(nameOfError),
  };
}

/** The dollars on a span that leads to the call. */
function spanOf({ usage }) {
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "fireworks",
    "gen_ai.request.model": "accounts/fireworks/models/gpt-oss-120b",
    "gen_ai.usage.input_tokens": usage.inputTokens,
    "gen_ai.usage.output_tokens": usage.outputTokens,
    "gen_ai.usage.cache_read.input_tokens": 0,
  };
  new CostSpanProcessor().onEnd({ attributes, startTime: [Date.parse("2026-09-01") / 1000, 0] });
  return attributes["gen_ai.usage.cost"];
}

function nameOfError(act) {
  try {
    return act();
  } catch (error) {
    return error.name;
  }
}

const server = await startServer();
const found = await job(server);
await server.close();
process.stdout.write(JSON.stringify(found));
