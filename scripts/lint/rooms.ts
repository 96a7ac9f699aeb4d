/**
 * The rooms of `src/`, and what each may import besides itself. The linter's rules and the test that probes them are both
 * made from this table: `npx tsx scripts/lint/import_rules.ts --write`.
 */
export interface Room {
  /** Rooms below this one. */
  readonly imports: readonly string[];
  /** Where the room is, if it is not the folder of its name: one file inside another room. */
  readonly file?: string;
}

const base = ["base"];
const spoken = [...base, "usage", "transport", "answer"];
const left = [...spoken, "wires/openai", "wires/ollama", "seam", "run", "models"];
const priced = [...base, "seam", "pricing"];
const booked = [...priced, "ledger"];

export const rooms: Readonly<Record<string, Room>> = {
  base: { imports: [] },
  seam: { imports: base },
  // Left of the seam: nothing knows of money.
  usage: { imports: base },
  transport: { imports: [...base, "usage"] },
  answer: { imports: [...base, "usage", "transport"] },
  "wires/openai": { imports: spoken },
  "wires/ollama": { imports: spoken },
  run: { imports: [...spoken, "seam"] },
  models: { imports: [...left.filter((room) => room !== "models"), "tally"] },
  "providers/fireworks": { imports: [...left, "tally"] },
  "providers/openllm": { imports: left },
  "providers/ollama": { imports: left },
  // The one door: a model's own tally is a handler of the books.
  tally: { imports: [...base, "books"], file: "models/default_tally" },
  // Right of the seam: nothing knows of HTTP.
  pricing: { imports: [...base, "seam"] },
  ledger: { imports: priced },
  budget: { imports: [...booked, "usage"] },
  "stores/redis": { imports: [...base, "ledger", "budget"] },
  "stores/postgres": { imports: [...base, "ledger", "budget"] },
  books: { imports: [...booked, "budget"] },
  with_budget: { imports: [...booked, "usage", "budget", "books"] },
  middleware: { imports: [...booked, "budget", "books", "with_budget"] },
  // Names of packages, and nothing of what is in them.
  register: { imports: base },
  testing: { imports: [...base, "budget"] },
  ledgers: { imports: [...booked, "stores/postgres"] },
  otel: { imports: [...booked, "books"] },
  bill: { imports: booked },
  cli: { imports: [...booked, "books", "bill"] },
};

/** The entry points: they re-export, and nothing inside imports them. */
export const entries: readonly string[] = [
  "index",
  "callbacks",
  "fireworks",
  "openllm",
  "ollama",
  "origin",
  "provider",
  "genai_prices",
  "redis",
  "postgres",
  "middleware",
  "register",
  "testing",
  "otel",
  "exports",
  "bill",
];

const books = [
  "pricing",
  "ledger",
  "budget",
  "stores/redis",
  "stores/postgres",
  "books",
  "with_budget",
  "middleware",
  "testing",
  "ledgers",
  "otel",
  "bill",
  "cli",
];

/** Files that one side of the seam must not load, though their room is open to both. */
export const forbiddenFiles: readonly { file: string; rooms: readonly string[]; message: string }[] = [
  {
    file: "base/money",
    rooms: Object.keys(rooms).filter((room) => room !== "base" && room !== "seam" && !books.includes(room)),
    message: "Left of the seam nothing knows of money.",
  },
];

/** Packages that one side of the seam must not load. */
export const forbiddenPackages: readonly { packages: readonly string[]; rooms: readonly string[]; message: string }[] =
  [
    {
      packages: ["@langchain/openai", "openai", "ollama", "undici"],
      rooms: books,
      message: "The books load no SDK and no transport.",
    },
  ];
