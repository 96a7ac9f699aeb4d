import { afterEach, describe, expect, it } from "@jest/globals";
import { patientFetch } from "../../src/transport/patient_fetch.js";
import { json } from "../support/wire_script.js";
import { startWireServer } from "../support/wire_server.js";

interface Dispatcher {
  dispatch(options: object, handler: unknown): boolean;
}

const keys = [Symbol.for("undici.globalDispatcher.2"), Symbol.for("undici.globalDispatcher.1")];

/** The dispatcher of Node itself, which jest's sandbox does not show. */
async function nodesOwn(): Promise<Dispatcher> {
  const AsyncFunction = globalThis.fetch.constructor as new (code: string) => () => Promise<object>;
  await globalThis.fetch("data:,x");
  const outer = await new AsyncFunction("return globalThis")();
  return keys
    .map((key) => Reflect.get(outer, key) as Dispatcher | undefined)
    .find((each) => each !== undefined) as Dispatcher;
}

afterEach(() => {
  for (const key of keys) Reflect.deleteProperty(globalThis, key);
});

describe("the fetch that waits", () => {
  it("sends through the dispatcher in force, without its limits", async () => {
    const server = await startWireServer(json(200, { ok: true }));
    const own = await nodesOwn();
    for (const key of keys) {
      const seen: object[] = [];
      Reflect.set(globalThis, key, {
        dispatch: (options: object, handler: unknown) => (seen.push(options), own.dispatch(options, handler)),
      });
      const response = await patientFetch(`${server.url}/x`, { method: "POST", body: "hi" });
      expect(await response.json()).toEqual({ ok: true });
      expect(seen).toMatchObject([{ path: "/x", method: "POST", headersTimeout: 0, bodyTimeout: 0 }]);
      Reflect.deleteProperty(globalThis, key);
    }
    await server.close();
  });

  it("is plain fetch where no dispatcher can be seen", async () => {
    const server = await startWireServer(json(200, { ok: true }));
    expect(await (await patientFetch(server.url, { method: "GET" })).json()).toEqual({ ok: true });
    await server.close();
  });

  it("hands on what the dispatcher fails with", async () => {
    Reflect.set(globalThis, keys[1] ?? "", {
      dispatch: () => {
        throw new Error("No way out.");
      },
    });
    await expect(patientFetch("http://127.0.0.1:1", {})).rejects.toMatchObject({ message: "fetch failed" });
  });
});
