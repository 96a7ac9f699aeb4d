const entries = process.argv.slice(2);
const found = Object.fromEntries(entries.map((entry) => [entry, Object.keys(require(entry)).sort()]));
const names = Object.keys(require.cache).map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]);
const heavy =
  /^(@langchain\/(openai|langgraph)|@opentelemetry\/api|openai|ollama|langchain|pg|redis|@redis\/.+|ioredis)$/;
const loaded = [...new Set(names)].filter((name) => heavy.test(name));
process.stdout.write(JSON.stringify({ found, loaded }));
