const entries = process.argv.slice(2);
const found = Object.fromEntries(entries.map((entry) => [entry, Object.keys(require(entry)).sort()]));
const loaded = Object.keys(require.cache).filter((file) =>
  /node_modules\/(@langchain\/openai|openai|ollama)\//.test(file),
);
process.stdout.write(JSON.stringify({ found, loaded }));
