/** An object as it is, but for some of its properties. What is set on it is set on the object itself. */
export function overlay<Target extends object>(target: Target, own: Readonly<Record<PropertyKey, unknown>>): Target {
  return new Proxy(target, {
    // Getters see the object itself: some read private fields, which a proxy has not.
    get: (object, key) => (Object.hasOwn(own, key) ? own[key as keyof typeof own] : Reflect.get(object, key)),
  });
}

/** A method of an object of which only its name is known; `undefined` where it has none. */
export function methodOf(target: object, name: PropertyKey): ((...given: unknown[]) => unknown) | undefined {
  const method: unknown = Reflect.get(target, name);
  // What it takes and gives is for those to know who know its name.
  return typeof method === "function" ? (method as (...given: unknown[]) => unknown) : undefined;
}
