import { describe, expect, it } from "@jest/globals";
import { parseMultipart } from "./multipart.js";

const type = "multipart/form-data; boundary=XX";

describe("parseMultipart", () => {
  it("reads what the platform's own FormData writes, bytes included", async () => {
    const form = new FormData();
    form.set("a", "line\r\n--not-it\r\n");
    form.set("b.c", new Blob([new Uint8Array([0, 13, 10, 255])], { type: "image/x" }));
    const response = new Response(form);
    const body = Buffer.from(await response.clone().arrayBuffer());
    const parts = parseMultipart(response.headers.get("content-type") ?? "", body);
    expect(parts.map(({ name, contentType, body: data }) => [name, contentType, data.toString("hex")])).toEqual([
      ["a", "text/plain", Buffer.from("line\r\n--not-it\r\n").toString("hex")],
      ["b.c", "image/x", "000d0aff"],
    ]);
  });

  it("has no parts when there are none", () => {
    expect(parseMultipart(type, Buffer.from("--XX--\r\n"))).toEqual([]);
  });

  it.each([
    ["no boundary in the header", "multipart/form-data", "--XX--", "has no boundary"],
    [
      "a body cut short",
      type,
      '--XX\r\ncontent-disposition: form-data; name="a"\r\n\r\nvalue',
      "stops before its last boundary",
    ],
    ["a part without a name", type, "--XX\r\nx: y\r\n\r\nvalue\r\n--XX--", "has no name"],
    ["a part without an end of its headers", type, "--XX\r\nx: y\r\n--XX--", "no empty line"],
  ])("refuses %s", (_what, contentType, body, complaint) => {
    expect(() => parseMultipart(contentType, Buffer.from(body))).toThrow(complaint);
  });
});
