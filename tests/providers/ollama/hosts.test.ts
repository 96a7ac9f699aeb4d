import { describe, expect, it } from "@jest/globals";
import { toOllamaHost, type HostOptions } from "../../../src/providers/ollama/hosts.js";

type Environment = Record<string, string>;

const hostOf = (options: HostOptions, environment: Environment = {}) =>
  toOllamaHost(options, (name) => environment[name]);
const urlOf = (options: HostOptions, environment?: Environment) => hostOf(options, environment).endpoint.url;

describe("where the server is", () => {
  it.each<[string, HostOptions, Environment, string]>([
    ["Ollama's default", {}, {}, "http://127.0.0.1:11434"],
    ["OLLAMA_API_BASE last", {}, { OLLAMA_API_BASE: "http://c:1/api" }, "http://c:1"],
    ["OLLAMA_HOST before it", {}, { OLLAMA_HOST: "b:2", OLLAMA_API_BASE: "http://c:1" }, "http://b:2"],
    [
      "OLLAMA_BASE_URL before both",
      {},
      { OLLAMA_BASE_URL: "http://a:3", OLLAMA_HOST: "b:2", OLLAMA_API_BASE: "http://c:1" },
      "http://a:3",
    ],
    ["baseUrl before the environment", { baseUrl: "http://x:4" }, { OLLAMA_BASE_URL: "http://a:3" }, "http://x:4"],
    ["baseUrl where baseURL is null", { baseURL: null as never, baseUrl: "http://x:4" }, {}, "http://x:4"],
    ["baseURL before baseUrl", { baseURL: "http://y:5", baseUrl: "http://x:4" }, {}, "http://y:5"],
  ])("takes %s", (_, options, environment, url) => {
    expect(urlOf(options, environment)).toBe(url);
  });

  it.each([
    ["http://h:11434/", "http://h:11434"],
    ["http://h:11434/api", "http://h:11434"],
    ["http://h:11434///api//", "http://h:11434"],
    ["http://h:11434/a//b/api", "http://h:11434/a//b"],
    ["http://h:11434/myapi", "http://h:11434/myapi"],
    [`"'http://h:11434'"`, "http://h:11434"],
    ["http://h:11434/api/", "http://h:11434"],
    ["https://h/proxy/api", "https://h/proxy"],
    ["https://h/proxy/", "https://h/proxy"],
    ["http://h:1//api//", "http://h:1"],
    ["http://h", "http://h"],
    ["h", "http://h:11434"],
    ["h:8080", "http://h:8080"],
    ["h:8080/api", "http://h:8080"],
    ["[::1]", "http://[::1]:11434"],
    ["[::1]:8080", "http://[::1]:8080"],
    ["http://[::1]:8080/api", "http://[::1]:8080"],
    ["::1", "http://[::1]:11434"],
    ["ollama.com", "https://ollama.com"],
    ["ollama.com/api", "https://ollama.com"],
    ["https://ollama.com/api", "https://ollama.com"],
  ])("reads a baseURL of %s", (baseURL, url) => {
    expect(urlOf({ baseURL })).toBe(url);
  });

  // What Ollama's own command line makes of its variable (envconfig.Host), but that an address to listen on becomes one to reach.
  it.each([
    ["example.com", "http://example.com:11434"],
    ["example.com:1234", "http://example.com:1234"],
    [":1234", "http://127.0.0.1:1234"],
    ["0.0.0.0", "http://127.0.0.1:11434"],
    ["0.0.0.0:8080", "http://127.0.0.1:8080"],
    ["http://0.0.0.0:8080", "http://127.0.0.1:8080"],
    ["::", "http://[::1]:11434"],
    ["[::]:8080", "http://[::1]:8080"],
    ["::1", "http://[::1]:11434"],
    ["[::1]:1337", "http://[::1]:1337"],
    ["http://1.2.3.4", "http://1.2.3.4"],
    ["http://1.2.3.4:4321", "http://1.2.3.4:4321"],
    ["https://example.com", "https://example.com"],
    ["https://example.com/ollama", "https://example.com/ollama"],
    ["example.com/ollama", "http://example.com:11434/ollama"],
    ["1.2.3.4:nonsense", "http://1.2.3.4:11434"],
    ["1.2.3.4:66000", "http://1.2.3.4:11434"],
    ['"1.2.3.4"', "http://1.2.3.4:11434"],
    [" 1.2.3.4 ", "http://1.2.3.4:11434"],
    [' " 1.2.3.4 " ', "http://1.2.3.4:11434"],
    ["'1.2.3.4'", "http://1.2.3.4:11434"],
    [":-1", "http://127.0.0.1:11434"],
    ["https://1.2.3.4:4321", "https://1.2.3.4:4321"],
    ["http://host:66000", "http://host"],
    ["user:p%40ss@0.0.0.0:1", "http://127.0.0.1:1"],
    ["ollama.com", "https://ollama.com"],
  ])("reads an OLLAMA_HOST of %s", (text, url) => {
    expect(urlOf({}, { OLLAMA_HOST: text })).toBe(url);
  });

  it.each(["http://me:p%40ss@h:1/api", "me:p%40ss@h:1"])("makes a header of the user and password in %s", (baseURL) => {
    const { endpoint } = hostOf({ baseURL });
    expect(endpoint.url).toBe("http://h:1");
    expect(endpoint.authorization).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  });

  it.each([
    ["ftp://h", "`baseURL` (`ftp://h`) is not an http or https URL."],
    ["", "`baseURL` (``) is not a URL."],
    ["http://me:secret@h:notaport", "`baseURL` (`http://***@h:notaport`) is not a URL."],
  ])("refuses %s", (baseURL, message) => {
    expect(() => urlOf({ baseURL })).toThrow(message);
  });

  it("names the variable at fault", () => {
    expect(() => urlOf({}, { OLLAMA_BASE_URL: "http://" })).toThrow("`OLLAMA_BASE_URL`");
  });
});

describe("the key of the environment", () => {
  const environment = { OLLAMA_API_KEY: "secret" };

  it.each([
    ["https://ollama.com", "secret"],
    ["https://ollama.com/api", "secret"],
    ["https://ollama.com:443", "secret"],
    ["ollama.com", "secret"],
    ["http://ollama.com", undefined],
    ["https://www.ollama.com", undefined],
    ["https://ollama.com.example.org", undefined],
    ["https://ollama.com:8443", undefined],
    ["http://127.0.0.1:11434", undefined],
  ])("goes to %s: %s", (baseURL, key) => {
    expect(hostOf({ baseURL }, environment).apiKey).toBe(key);
  });

  it("gives way to a key that was passed, which goes wherever the model does", () => {
    expect(hostOf({ baseURL: "https://ollama.com", apiKey: "mine" }, environment).apiKey).toBe("mine");
    expect(hostOf({ baseURL: "http://h", apiKey: "mine" }, environment).apiKey).toBe("mine");
  });

  it("is cleaned of blanks, and none where it is empty", () => {
    expect(hostOf({ baseURL: "http://h", apiKey: " mine\n" }).apiKey).toBe("mine");
    expect(hostOf({ baseURL: "http://h", apiKey: "" })).not.toHaveProperty("apiKey");
  });

  it("is refused where it cannot be one, and not shown", () => {
    const refused = () => hostOf({ baseURL: "http://h", apiKey: "my\nkey" });
    expect(refused).toThrow(
      "The API key has characters that no key has. Copy it again, without quotes and line breaks.",
    );
    expect(refused).not.toThrow("my");
  });
});
