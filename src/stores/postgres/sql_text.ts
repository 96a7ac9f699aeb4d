/** A name in SQL, whatever is in it. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The name of something in a schema, or in the one that the connection is set to. */
export function qualified(schema: string | undefined, name: string): string {
  return schema === undefined ? quotedName(name) : `${quotedName(schema)}.${quotedName(name)}`;
}

/** A text in SQL, whatever is in it and however the server is set to read backslashes. */
export function quotedText(text: string): string {
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** The SQL names of one store, by what stands for them in the statements. */
export type Names = Readonly<Record<"schema" | "meta" | "pots" | "holds" | "draws" | "run" | "prefix", string>>;

/** The names of the store in a schema, or in the one that the connection is set to. */
export function namesOf(schema: string | undefined, prefix: string): Names {
  const inSchema = (name: string) => qualified(schema, name);
  return {
    schema: schema === undefined ? "" : quotedName(schema),
    meta: inSchema(`${prefix}_meta`),
    pots: inSchema(`${prefix}_pots`),
    holds: inSchema(`${prefix}_holds`),
    draws: inSchema(`${prefix}_draws`),
    // Versions of this package with another function would replace each other's.
    run: inSchema(`${prefix}_run_1`),
    prefix,
  };
}

/** A statement with the names of a store: `{pots}` is a name, `{'pots'}` the same as a text, `{"x"}` a name that begins with the prefix. */
export function named(statement: string, names: Names): string {
  // In one go: a name may hold what looks like one of these.
  return statement.replaceAll(/\{(['"]?)(\w+)\1\}/g, (_, quote: string, name: string) => {
    if (quote === '"') return quotedName(names.prefix + name);
    const found = names[name as keyof Names]; // statements hold no other
    return quote === "'" ? quotedText(found) : found;
  });
}
