import { expect, it } from "@jest/globals";
import { counted } from "../../src/base/counted.js";

it.each<[string, string]>([
  [counted(0, "call"), "0 calls"],
  [counted(1, "call"), "1 call"],
  [counted(2n, "call"), "2 calls"],
  [counted(1, "entry", "entries"), "1 entry"],
  [counted(1.5, "day"), "1.5 days"],
  [counted(3, "entry", "entries"), "3 entries"],
])("%s", (said, expected) => expect(said).toBe(expected));
