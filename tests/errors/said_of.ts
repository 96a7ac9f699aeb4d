import { expect } from "@jest/globals";
import { ConfigurationError } from "../../src/index.js";

/** A function of the package as users of JavaScript call it, who pass anything. */
export type Anything = (...given: unknown[]) => unknown;
/** A class of it likewise. */
export type Made = new (...given: unknown[]) => object;

/** What a user did, in words and in code, and what the error says. */
export type Case = [did: string, act: () => unknown, message: string];

/** The message of the package's own error that something ends in. */
export async function saidOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    expect(ConfigurationError.isInstance(error)).toBe(true);
    return (error as Error).message;
  }
  return "nothing";
}
