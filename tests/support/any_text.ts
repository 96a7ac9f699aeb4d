import fc from "fast-check";

/** Text of every kind: any characters, words, and long runs of one character, of which vocabularies make the fewest tokens. */
export const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.lorem({ maxCount: 30 }),
  fc
    .tuple(
      fc.oneof(
        fc.constantFrom(" ", "=", "-", "*", "_", "a", "\n", "\t", "好", "😀", "\ud83d"),
        fc.string({ maxLength: 2 }),
      ),
      fc.nat({ max: 2_000 }),
    )
    .map(([unit, times]) => unit.repeat(times)),
);
