import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isPrivateHost } from "../../src/base/private_host.js";
import { parseEndpoint } from "../../src/transport/endpoint.js";

describe("a base URL", () => {
  it.each([
    ["http://localhost:8000/v1", "http://localhost:8000/v1", true],
    ["  http://localhost:8000/v1/ ", "http://localhost:8000/v1", true],
    ["https://api.fireworks.ai/inference/v1///", "https://api.fireworks.ai/inference/v1", false],
    ["http://10.0.0.5:8000", "http://10.0.0.5:8000", true],
    ["HTTP://Host.Example/V1?x=1#y", "http://host.example/V1", false],
    ["http://[::1]:8000/v1", "http://[::1]:8000/v1", true],
    ["https://host.example:443/v1", "https://host.example/v1", false],
    ["http://host.example/a%20b/v1", "http://host.example/a%20b/v1", false],
  ])("%j is read", (text, url, isPrivate) => {
    expect(parseEndpoint(text, "baseURL")).toEqual({ url, origin: new URL(url).origin, isPrivate });
  });

  it.each([
    ["http://user:secret@host/v1", "user:secret"],
    ["http://user@host/v1", "user:"],
    ["http://:secret@host/v1", ":secret"],
    ["http://us%40er:p%3Aw%2F@host/v1", "us@er:p:w/"],
    ["http://%C5%82:%F0%9F%99%82@host/v1", "ł:🙂"],
  ])("%j hands its credentials over as a header, and only there", (text, credentials) => {
    const endpoint = parseEndpoint(text, "baseURL");
    expect(endpoint).toEqual({
      url: "http://host/v1",
      origin: "http://host",
      isPrivate: true,
      authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
    });
  });

  it.each([
    "",
    "localhost:8000/v1",
    "host/v1",
    "http://",
    "ftp://host/v1",
    "file:///etc/passwd",
    "http://host:99999",
    "http://%zz@host",
  ])("%j is none", (text) => {
    expect(() => parseEndpoint(text, "baseURL")).toThrow(
      expect.objectContaining({ name: "ConfigurationError", option: "baseURL" }),
    );
  });

  it("never shows what stands before an @ in an error", () => {
    const part = fc.string({ unit: fc.constantFrom("s", "3", "/", ":", "?", "#", "%", " ", "\n"), maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom("", "http://", "ftp://", "//", "http:"), part, part, (scheme, before, after) => {
        try {
          parseEndpoint(`${scheme}${before}SECRET${after}@host/v1`, "baseURL");
        } catch (error) {
          expect((error as Error).message).not.toContain("SECRET");
        }
      }),
    );
  });
});

describe("a private host", () => {
  it.each([
    "localhost",
    "LOCALHOST",
    "localhost.",
    "gpu-box",
    "api.localhost",
    "box.local",
    "ollama.internal",
    "vllm.models.svc",
    "nas.lan",
    "router.home.arpa",
    "x.test",
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.1.1",
    "100.64.0.1",
    "100.127.0.1",
    "::1",
    "[::1]",
    "::",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "febf::1",
    "::ffff:7f00:1",
    "::ffff:c0a8:101",
  ])("is %s", (host) => {
    expect(isPrivateHost(host)).toBe(true);
  });

  it.each([
    "api.fireworks.ai",
    "ollama.com",
    "example.com",
    "localhost.example.com",
    "local.example",
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "192.169.0.1",
    "100.63.0.1",
    "100.128.0.1",
    "169.253.0.1",
    "11.0.0.1",
    "2001:db8::1",
    "fec0::1",
    "::ffff:808:808",
    "1.2.3.4.5",
    "internal.example.org",
  ])("is not %s", (host) => {
    expect(isPrivateHost(host)).toBe(false);
  });
});
