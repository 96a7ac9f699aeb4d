/** Removes the environment variables whose names match, sets the given ones, and returns what puts these names back. */
export function overrideEnvironment(matching: RegExp, variables: Record<string, string>): () => void {
  const names = new Set([...Object.keys(process.env).filter((name) => matching.test(name)), ...Object.keys(variables)]);
  const before = [...names].map((name) => [name, process.env[name]] as const);
  for (const name of names) delete process.env[name];
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
