/** What a step comes to, or something else where it throws: for steps of which each must be taken, whatever the others do. */
export function attempt<Value>(step: () => Value, otherwise: Value): Value {
  try {
    return step();
  } catch {
    return otherwise;
  }
}
