import { expect, it } from "@jest/globals";
import * as errors from "../../src/base/errors.js";

const classes = Object.entries(errors).filter(([name]) => name.endsWith("Error"));

// One set of fields that serves all of them.
const fields = {
  url: "http://127.0.0.1/",
  limit: "call",
  spent: "1",
  held: "0",
  scope: "day",
  model: "m",
};

it.each(classes)("%s goes by the name of its class", (name, ErrorClass) => {
  const error =
    ErrorClass === errors.ConfigurationError
      ? new errors.ConfigurationError("option", "It is wrong.", "Mend it.")
      : new (ErrorClass as new (message: string, fields: object) => Error)("It failed.", fields);
  expect(error.name).toBe(name);
  expect(String(error)).toMatch(new RegExp(`^${name}: `));
});
