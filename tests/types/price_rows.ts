/** Compiled by `npm run typecheck`, never run: the rows that users write are the rows that are checked. */
import type { z } from "zod";
import type {
  AliasRowInput,
  FreeRowInput,
  PricedRowInput,
  PriceRowInput,
  rowSchemas,
} from "../../src/pricing/look_up/price_row.js";
import type { Equal, Expect } from "./equal.js";

type Schemas = ReturnType<typeof rowSchemas>;
/** An interface with all that it inherits, as one object type. */
type Flat<T> = { [K in keyof T]: T[K] };

export type Rows = [
  Expect<Equal<Flat<FreeRowInput>, z.input<Schemas["free"]>>>,
  Expect<Equal<Flat<AliasRowInput>, z.input<Schemas["alias"]>>>,
  Expect<Equal<keyof PricedRowInput, keyof z.input<Schemas["priced"]>>>,
  Expect<Equal<PricedRowInput extends z.input<Schemas["priced"]> ? true : false, true>>,
  Expect<Equal<z.input<Schemas["priced"]> extends PricedRowInput ? true : false, true>>,
  Expect<Equal<Extract<PriceRowInput, { sameAs: string }>, AliasRowInput>>,
];
