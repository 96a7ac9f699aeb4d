import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { OtelLedger } from "../../src/otel/otel_ledger.js";
import { useWireServer } from "../support/use_server.js";
import { cases, subjects } from "./metered_calls.js";

interface Target {
  expr: string;
}

const dashboard = JSON.parse(readFileSync("docs/grafana/dashboard.json", "utf8")) as {
  panels: { title: string; targets: Target[] }[];
  templating: { list: { name: string; query: string | { query: string } }[] };
};

const server = useWireServer();
/** The labels of each metric that the exporter shows. */
const shown = new Map<string, Set<string>>();
let exporter: PrometheusExporter;

beforeAll(async () => {
  exporter = new PrometheusExporter({ host: "127.0.0.1", port: 0, preventServerStart: false });
  const meterProvider = new MeterProvider({ readers: [exporter] });
  const [fireworks] = subjects;
  for (const { input, go } of cases)
    await go(fireworks, server, new CostCallbackHandler({ ...input, ledger: new OtelLedger({ meterProvider }) }));
  for (const line of (await scrape()).split("\n")) {
    const [, name, labels = ""] = /^([a-z_]+)\{(.*)\} \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const known = shown.get(name) ?? new Set();
    for (const [, label = ""] of labels.matchAll(/([a-z_]+)="(?:[^"\\]|\\.)*"/g)) known.add(label);
    shown.set(name, known);
  }
}, 60_000);
afterAll(() => exporter.shutdown());

/** The page of the exporter, over HTTP, as Prometheus reads it. */
async function scrape(): Promise<string> {
  // The exporter does not tell which port it was given.
  const { port } = (Reflect.get(exporter, "_server") as { address(): { port: number } }).address();
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(response.status).toBe(200);
  return response.text();
}

const SELECTOR = /([a-z_]+)\{([^}]*)\}/g;
const GROUPED = /by \(([a-z_, ]+)\)/g;

describe("the dashboard", () => {
  const targets = dashboard.panels.flatMap(({ title, targets: all }) => all.map(({ expr }) => ({ title, expr })));

  it.each(targets)("asks in `$title` for metrics and labels that there are: $expr", ({ expr }) => {
    const selectors = [...expr.matchAll(SELECTOR)];
    expect(selectors.length).toBeGreaterThan(0);
    const grouped = [...expr.matchAll(GROUPED)].flatMap(([, labels = ""]) => labels.split(", "));
    for (const [, name = "", matchers = ""] of selectors) {
      expect([...shown.keys()]).toContain(name);
      const matched = [...matchers.matchAll(/([a-z_]+)(?:=~|!=|=)/g)].map(([, label = ""]) => label);
      expect(matched.length).toBeGreaterThan(0);
      expect([...(shown.get(name) ?? [])]).toEqual(expect.arrayContaining([...matched, ...grouped]));
    }
    expect(expr.replace(/[^(]/g, "")).toHaveLength(expr.replace(/[^)]/g, "").length);
  });

  it("shows every metric of ours", () => {
    const asked = new Set(targets.flatMap(({ expr }) => [...expr.matchAll(SELECTOR)].map(([, name]) => name)));
    const names = [...shown.keys()].filter((name) => name.startsWith("langchain_metered_client"));
    // What is estimated of parts is a detail.
    const missing = names.filter((name) => !asked.has(name) && !/estimated_(cache|reasoning)/.test(name));
    expect(missing).toEqual([]);
    expect(names).toContain("langchain_metered_client_open");
  });

  it("asks for providers and models by labels that there are", () => {
    const queries = dashboard.templating.list.flatMap(({ query }) => (typeof query === "string" ? [] : [query.query]));
    expect(queries).toHaveLength(2);
    for (const query of queries) {
      const [, name = "", label = ""] = /^label_values\(([a-z_]+).*, ([a-z_]+)\)$/.exec(query) ?? [];
      expect([...(shown.get(name) ?? [])]).toContain(label);
    }
  });

  it("has its variables where they are asked for", () => {
    const names = dashboard.templating.list.map(({ name }) => `$${name}`);
    for (const { expr } of targets)
      for (const [variable] of expr.matchAll(/\$(?!__)\w+/g)) expect(names).toContain(variable);
  });
});
