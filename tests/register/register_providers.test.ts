import { afterEach, describe, expect, it } from "@jest/globals";
import { MODEL_PROVIDER_CONFIG } from "langchain/chat_models/universal";
import { ConfigurationError } from "../../src/base/errors.js";
import * as metered from "../../src/index.js";
import { registerProviders, type MeteredProvider } from "../../src/register.js";

const before = structuredClone(MODEL_PROVIDER_CONFIG);
let undo = (): void => {};
afterEach(() => undo());

describe("registerProviders", () => {
  it("puts this package's classes under the names of providers, and takes them back", () => {
    undo = registerProviders();
    expect(MODEL_PROVIDER_CONFIG).toEqual({
      ...before,
      fireworks: { package: "langchain-metered", className: "ChatFireworks" },
      openllm: { package: "langchain-metered", className: "ChatOpenLLM" },
      ollama: { package: "langchain-metered", className: "ChatOllamaLite" },
    });
    const named = Object.values(MODEL_PROVIDER_CONFIG as Record<string, { package: string; className: string }>)
      .filter(({ package: from }) => from === "langchain-metered")
      .map(({ className }) => className);
    expect(Object.keys(metered)).toEqual(expect.arrayContaining(named));
    undo();
    expect(MODEL_PROVIDER_CONFIG).toEqual(before);
  });

  it("leaves the others alone", () => {
    undo = registerProviders(["fireworks"]);
    expect(MODEL_PROVIDER_CONFIG).toMatchObject({ ollama: before.ollama });
    expect(MODEL_PROVIDER_CONFIG).not.toHaveProperty("openllm");
  });

  it("takes back what is its own, in any order and once", () => {
    const [first, second] = [registerProviders(), registerProviders(["fireworks"])];
    first();
    expect(MODEL_PROVIDER_CONFIG).toMatchObject({ ollama: before.ollama, fireworks: { package: "langchain-metered" } });
    second();
    expect(MODEL_PROVIDER_CONFIG).toEqual(before);
    undo = registerProviders();
    first();
    expect(MODEL_PROVIDER_CONFIG).toMatchObject({ openllm: { package: "langchain-metered" } });
  });

  it("refuses what is no list", () => {
    const register = () => registerProviders("openllm" as never);
    expect(register).toThrow(ConfigurationError);
    expect(register).toThrow('`providers` is `"openllm"`');
  });

  it("refuses a name that it does not have, and changes nothing", () => {
    const register = () => registerProviders(["fireworks", "toString" as MeteredProvider]);
    expect(register).toThrow(ConfigurationError);
    expect(register).toThrow('`"toString"` is no provider of this package. It has fireworks, openllm, ollama.');
    expect(MODEL_PROVIDER_CONFIG).toEqual(before);
  });
});
