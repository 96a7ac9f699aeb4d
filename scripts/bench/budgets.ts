import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { measureInMemory } from "./budgets/in_memory.js";
import { measureInvoke } from "./budgets/invoke.js";
import { measureOnServer } from "./budgets/on_server.js";

const { values } = parseArgs({ options: { redis: { type: "boolean" }, postgres: { type: "boolean" } } });
const load = () => loadavg()[0]?.toFixed(1);
const print = (line: string) => console.log(line);

print(`load average ${load()} before`);
if (values.redis) await measureOnServer("redis", print);
if (values.postgres) await measureOnServer("postgres", print);
if (!values.redis && !values.postgres) {
  await measureInMemory(print);
  await measureInvoke(print);
}
print(`load average ${load()} after`);
