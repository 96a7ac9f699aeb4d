/** A process that writes entries to a ledger until it is killed: `writer_process.ts FILE NAME COUNT`. Says when it has written COUNT. */
import { JsonlLedger } from "../../src/ledger/jsonl.js";
import { entry } from "./entries.js";

const [path = "", name = "", count = "0"] = process.argv.slice(2);
const ledger = new JsonlLedger(path);

function write(index: number): void {
  ledger.record(entry({ id: `${name}-${index}`, metadata: { padding: "x".repeat(200) } }));
  if (index + 1 === Number(count)) process.stdout.write("written\n");
  setTimeout(() => write(index + 1), 0);
}

// A test that ends without killing this process closes its input.
process.stdin.on("end", () => process.exit()).resume();
write(0);
