/** True when two types are the same type, `any` and optional keys told apart; checked by `tsc` alone. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only for `true`: `type _ = Expect<Equal<A, B>>`. */
export type Expect<T extends true> = T;

/** The type of a key that a type has, and `never` for a key that it lacks. */
export type Key<T, K extends PropertyKey> = K extends keyof T ? T[K] : never;
