/** Headers whose values are credentials, whoever set them. */
const SECRET_HEADER = /auth|key|token|secret|cookie|password|credential/i;
/** Shorter values are words that may stand in any message. */
const SHORTEST_SECRET = 6;

/** The credentials among a request's headers, with and without their scheme. */
export function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(headers).flatMap(([name, value]) =>
    SECRET_HEADER.test(name) ? [value, value.replace(/^\w+ /, "")] : [],
  );
  return [...new Set(values)].filter((value) => value.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
}

/** A text without the credentials: some servers repeat what they were sent when they refuse it. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}

/** Takes the credentials out of an error's words and its excerpt of the body. */
export function redactError(error: unknown, secrets: readonly string[]): void {
  if (typeof error !== "object" || error === null || secrets.length === 0) return;
  for (const key of ["message", "body", "code", "param", "stack"]) {
    const text: unknown = Reflect.get(error, key);
    if (typeof text === "string") Reflect.set(error, key, redact(text, secrets));
  }
}
