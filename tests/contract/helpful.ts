import { expect } from "@jest/globals";
import { MeteredError } from "../../src/base/errors.js";

/** What a function throws. Throws itself when it does not. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("It threw nothing.");
}

/** An error that a user can act on: typed, with the value in backticks and what to do about it. */
export function expectHelpful(error: unknown, value: string): void {
  expect(MeteredError.isInstance(error)).toBe(true);
  const { message } = error as Error;
  expect(message).toContain(value);
  expect(message).toMatch(/`/);
  expect(message).not.toMatch(/undefined is not|Cannot read propert|is not a function|\[object Object\]/);
}
