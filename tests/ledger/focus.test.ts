import { describe, expect, it } from "@jest/globals";
import { disarmed } from "../../src/ledger/disarmed.js";
import { FocusTable, toFocusCsv, type FocusVersion } from "../../src/ledger/focus.js";
import { FOCUS_VERSIONS } from "../../src/ledger/focus_columns.js";
import { cost, entry, UNPRICED } from "./entries.js";
import { readCsv } from "./read_csv.js";

const TWO = cost("0.0013", {
  components: {
    input: { tokens: 1000, usdPerMillion: "1", usd: "0.001" },
    output: { tokens: 100, usdPerMillion: "3", usd: "0.0003" },
  },
});

/** The columns that a version has, in its order. */
function columnsOf(version: FocusVersion): string[] {
  return new FocusTable({ version }).header.split(",");
}

describe("toFocusCsv", () => {
  it("keeps what the metadata says, also where a tag has its name", () => {
    const { csv } = toFocusCsv([entry({ cost: TWO, tags: ["team", "web"], metadata: { team: "search" } })]);
    expect(readCsv(csv)[0]?.Tags).toBe('{"team":"search","web":true}');
  });

  it("has a row for each component of a call's cost", () => {
    const user = { user: "ann", tags: ["web"], metadata: { team: "search" } };
    const { csv, unpriced } = toFocusCsv([entry({ cost: TWO, ...user })]);
    const both = {
      BillingAccountId: "acme",
      BillingAccountName: "",
      BillingCurrency: "USD",
      BillingPeriodEnd: "2026-12-01T00:00:00Z",
      BillingPeriodStart: "2026-11-01T00:00:00Z",
      ChargeCategory: "Usage",
      ChargeClass: "",
      ChargeFrequency: "Usage-Based",
      ChargePeriodEnd: "2026-11-21T00:00:01Z",
      ChargePeriodStart: "2026-11-20T23:59:59Z",
      ConsumedUnit: "Tokens",
      CredentialId: "",
      HostProviderName: "acme",
      InvoiceIssuerName: "acme",
      PricingCategory: "Standard",
      PricingUnit: "1000000 Tokens",
      PrincipalId: "ann",
      RequesterDetails: '[{"key":"Principal","value":{"Type":"User"}}]',
      ResourceId: "roadrunner",
      ResourceName: "roadrunner",
      ResourceType: "Model",
      ServiceCategory: "AI and Machine Learning",
      ServiceName: "acme API",
      ServiceProviderName: "acme",
      ServiceSubcategory: "Generative AI",
      Tags: '{"team":"search","web":true}',
      x_RunId: "run-1",
      x_UsageSource: "server",
      x_Outcome: "ok",
      x_CostCertainty: "exact",
    };
    const costs = (usd: string) => ({
      BilledCost: usd,
      ContractedCost: usd,
      EffectiveCost: usd,
      ListCost: usd,
      x_LowCost: usd,
      x_HighCost: usd,
    });
    expect(unpriced).toEqual([]);
    expect(readCsv(csv)).toEqual([
      {
        ...both,
        ...costs("0.001"),
        ChargeDescription: "Input Tokens of roadrunner",
        ConsumedQuantity: "1000.0",
        PricingQuantity: "0.001",
        ContractedUnitPrice: "1.0",
        ListUnitPrice: "1.0",
        SkuId: "acme/roadrunner/input",
        SkuMeter: "Input Tokens",
        SkuPriceDetails: '{"ModelId":"roadrunner","TokenCacheAction":"Uncached","TokenDirection":"Input"}',
        SkuPriceId: "test/roadrunner#0/input",
      },
      {
        ...both,
        ...costs("0.0003"),
        ChargeDescription: "Output Tokens of roadrunner",
        ConsumedQuantity: "100.0",
        PricingQuantity: "0.0001",
        ContractedUnitPrice: "3.0",
        ListUnitPrice: "3.0",
        SkuId: "acme/roadrunner/output",
        SkuMeter: "Output Tokens",
        SkuPriceDetails: '{"ModelId":"roadrunner","TokenDirection":"Output"}',
        SkuPriceId: "test/roadrunner#0/output",
      },
    ]);
  });

  it("ends lines as RFC 4180 has it", () => {
    const { csv } = toFocusCsv([entry()]);
    expect(csv.split("\r\n")).toHaveLength(3);
    expect(csv.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  it("keeps calls apart whose cost is not known, and has no row for those that spent nothing", () => {
    const unknown = entry({ id: "2", cost: UNPRICED });
    const asZero = entry({ id: "3", cost: { ...UNPRICED, usd: "0", lowUsd: "0", highUsd: "0" } });
    const nothing = cost("0", { status: "none", components: {}, row: null });
    const denied = entry({ id: "4", outcome: "denied", usage: undefined, cost: nothing });
    const cached = entry({ id: "5", outcome: "cache-hit", usage: undefined, cost: nothing });
    const { csv, unpriced } = toFocusCsv([unknown, asZero, denied, cached, entry()]);
    expect(unpriced).toEqual([unknown, asZero]);
    expect(readCsv(csv).map(({ x_RunId }) => x_RunId)).toEqual(["run-1"]);
  });

  it("has a row of a call that is free", () => {
    const free = cost("0", {
      status: "free",
      components: { input: { tokens: 7, usdPerMillion: "0", usd: "0" } },
      row: null,
    });
    const [row] = readCsv(toFocusCsv([entry({ cost: free })]).csv);
    expect([row?.BilledCost, row?.ConsumedQuantity, row?.SkuPriceId]).toEqual(["0.0", "7.0", "acme/roadrunner/input"]);
  });

  it.each([
    ["a proxy's amount", { call: { usd: "0.5" } }],
    ["no components", {}],
    ["components that are not the whole", { input: { tokens: 1, usdPerMillion: "1", usd: "0.000001" } }],
    ["components that are no amounts", { input: { tokens: 1, usd: "much" } }],
  ])("has one row of a call with %s", (_what, components) => {
    const rows = readCsv(toFocusCsv([entry({ cost: cost("0.5", { components, row: null }) })]).csv);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      BilledCost: "0.5",
      ConsumedQuantity: "1.0",
      ConsumedUnit: "Requests",
      ListUnitPrice: "0.5",
      PricingQuantity: "1.0",
      PricingUnit: "Requests",
      SkuId: "acme/roadrunner/call",
      SkuMeter: "Calls",
      SkuPriceDetails: '{"ModelId":"roadrunner"}',
    });
  });

  it.each([
    [
      "webSearch",
      { count: 3, usdPerThousand: "10", usd: "0.03" },
      ["3.0", "Units", "0.003", "1000 Units", "10.0", "Web Searches"],
    ],
    [
      "request",
      { count: 1, usdPerThousand: "5", usd: "0.005" },
      ["1.0", "Requests", "0.001", "1000 Requests", "5.0", "Requests"],
    ],
    [
      "gpu",
      { seconds: 36, gpus: 2, share: 0.5, usdPerHour: "4", usd: "0.04" },
      ["36.0", "GPU-Seconds", "0.01", "GPU-Hours", "4.0", "GPU Time"],
    ],
    [
      "cacheWrite1h",
      { tokens: 5, usdPerMillion: "2", usd: "0.00001" },
      ["5.0", "Tokens", "0.000005", "1000000 Tokens", "2.0", "Tokens Written To The Cache For An Hour"],
    ],
    ["gpu", { seconds: 1e308, gpus: 1e308, usd: "1" }, ["0.0", "GPU-Seconds", "0.0", "GPU-Hours", "", "GPU Time"]],
  ])("says how much %s was used", (name, component, [consumed, unit, priced, pricedUnit, price, meter]) => {
    const [row] = readCsv(
      toFocusCsv([entry({ cost: cost(component.usd, { components: { [name]: component } }) })]).csv,
    );
    expect(row).toMatchObject({
      ConsumedQuantity: consumed,
      ConsumedUnit: unit,
      PricingQuantity: priced,
      PricingUnit: pricedUnit,
      ListUnitPrice: price,
      SkuMeter: meter,
    });
  });

  it.each([
    ["cachedInput", { TokenCacheAction: "Read", TokenDirection: "Input" }],
    ["cacheWrite", { TokenCacheAction: "Write", TokenDirection: "Input" }],
    ["inputAudio", { TokenCacheAction: "Uncached", TokenDirection: "Input" }],
    ["reasoning", { TokenDirection: "Output" }],
  ])("says which way tokens of the kind %s went", (name, details) => {
    const components = { [name]: { tokens: 1, usdPerMillion: "1", usd: "0.000001" } };
    const [row] = readCsv(toFocusCsv([entry({ cost: cost("0.000001", { components }) })]).csv);
    expect(JSON.parse(row?.SkuPriceDetails ?? "")).toEqual({ ModelId: "roadrunner", ...details });
  });

  it("flags an estimate, and spreads its bounds so that their sums hold", () => {
    const usage = { inputTokens: 1000, outputTokens: 100, source: "estimated" as const };
    const rows = readCsv(toFocusCsv([entry({ usage, cost: { ...TWO, lowUsd: "0.001", highUsd: "0.002" } })]).csv);
    expect(rows.map(({ x_LowCost, x_HighCost }) => [x_LowCost, x_HighCost])).toEqual([
      ["0.000769230769", "0.001538461538"],
      ["0.000230769231", "0.000461538462"],
    ]);
    for (const row of rows)
      expect(row).toMatchObject({
        x_UsageSource: "estimated",
        x_CostCertainty: "estimated",
        ChargeDescription: expect.stringMatching(/ \(estimated\)$/),
      });
  });

  it("flags a cost that nothing bounds from above", () => {
    const [row] = readCsv(toFocusCsv([entry({ cost: cost("0.001", { highUsd: null }) })]).csv);
    expect(row).toMatchObject({
      BilledCost: "0.001",
      x_LowCost: "0.001",
      x_HighCost: "",
      x_CostCertainty: "at least",
      ChargeDescription: "Input Tokens of roadrunner (at least)",
    });
  });

  it("disarms formulas, and leaves the tags' JSON as it is", () => {
    const tags = ["=1+1", "a;=1+1", '@SUM("A1")', "\t=1", "\u200b;\u202e=2"];
    const metadata = { "-key": "x;\r\n+1", ok: true, n: -1.5 };
    const { csv } = toFocusCsv([
      entry({ user: "=cmd", modelRequested: "+m", provider: "-p;=q", tags, metadata, runId: "@r" }),
    ]);
    const [row] = readCsv(csv);
    expect([row?.PrincipalId, row?.ResourceId, row?.InvoiceIssuerName, row?.x_RunId]).toEqual([
      "'=cmd",
      "'+m",
      "'-p;'=q",
      "'@r",
    ]);
    expect(JSON.parse(row?.Tags ?? "")).toEqual({ ...Object.fromEntries(tags.map((tag) => [tag, true])), ...metadata });
    // Nothing is left in any cell that would be run.
    expect(Object.values(row ?? {}).filter((cell) => disarmed(cell) !== cell)).toEqual([]);
  });

  it("asks for the account that is billed", () => {
    const [row] = readCsv(toFocusCsv([entry()], { billingAccountOf: ({ provider }) => `${provider}-7` }).csv);
    expect(row?.BillingAccountId).toBe("acme-7");
  });

  it("counts in whole seconds, with an exclusive end", () => {
    const [row] = readCsv(
      toFocusCsv([entry({ startedAt: "2026-12-31T23:59:59.250Z", endedAt: "2026-12-31T23:59:59.250Z" })]).csv,
    );
    expect(row).toMatchObject({
      ChargePeriodStart: "2026-12-31T23:59:59Z",
      ChargePeriodEnd: "2027-01-01T00:00:00Z",
      BillingPeriodStart: "2026-12-01T00:00:00Z",
      BillingPeriodEnd: "2027-01-01T00:00:00Z",
    });
  });
});

describe("a version of FOCUS", () => {
  const OF_1_0 =
    "BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass," +
    "ChargeDescription,ChargeFrequency,ChargePeriodEnd,ChargePeriodStart,ConsumedQuantity,ConsumedUnit,ContractedCost,ContractedUnitPrice," +
    "EffectiveCost,InvoiceIssuerName,ListCost,ListUnitPrice,PricingCategory,PricingQuantity,PricingUnit,ProviderName,PublisherName," +
    "ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName,SkuId,SkuPriceId,Tags," +
    "x_RunId,x_UsageSource,x_LowCost,x_HighCost,x_Outcome,x_CostCertainty";

  it("1.0 has its columns, and ours behind them", () => {
    expect(columnsOf("1.0").join(",")).toBe(OF_1_0);
  });

  it.each([
    ["1.1", ["ServiceSubcategory", "SkuMeter", "SkuPriceDetails"], []],
    ["1.2", [], []],
    ["1.3", ["HostProviderName", "ServiceProviderName"], []],
    ["1.4", [], ["ProviderName", "PublisherName"]],
    ["1.5", ["CredentialId", "PrincipalId", "RequesterDetails"], []],
  ] as const)("%s adds %j and drops %j", (version, added, dropped) => {
    const before = columnsOf(FOCUS_VERSIONS[FOCUS_VERSIONS.indexOf(version) - 1] ?? "1.0");
    const now = columnsOf(version);
    expect(now.filter((name) => !before.includes(name))).toEqual(added);
    expect(before.filter((name) => !now.includes(name))).toEqual(dropped);
  });

  it("is 1.5 unless another is asked for", () => {
    expect(new FocusTable().version).toBe("1.5");
    expect(toFocusCsv([]).csv).toBe(`${columnsOf("1.5").join(",")}\r\n`);
  });

  it("has keys of its own in a price's details where it does not name them", () => {
    const [row] = readCsv(toFocusCsv([entry()], { version: "1.4" }).csv);
    expect(row?.SkuPriceDetails).toBe(
      '{"x_ModelId":"roadrunner","x_TokenCacheAction":"Uncached","x_TokenDirection":"Input"}',
    );
  });

  it.each(["0.5", "1.6", "2.0", 1.5])("%s is refused by name", (version) => {
    expect(() => toFocusCsv([], { version: version as FocusVersion })).toThrow(
      `\`version\` is \`${JSON.stringify(version)}\`. FOCUS is written as 1.0, 1.1, 1.2, 1.3, 1.4, 1.5.`,
    );
  });

  it("refuses options that there are not", () => {
    const options = { verison: "1.5" } as object;
    expect(() => toFocusCsv([], options)).toThrow("FOCUS has no option `verison`. Write `version`.");
  });
});
