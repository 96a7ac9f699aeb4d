const found = {};
for (const entry of process.argv.slice(2)) found[entry] = Object.keys(await import(entry)).sort();
process.stdout.write(JSON.stringify({ found }));
