import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { expectOneRun } from "../support/runs.js";
import { cut, hangUp, reset, stall, text } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import { paths, prepare, rejection, streamingPaths, type Path } from "./paths.js";
import { subjects, type Subject } from "./subjects.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer();
});

afterEach(() => server.close());

const answerOf = (subject: Subject, path: Path) =>
  path.streams ? subject.scripts.streamed() : subject.scripts.whole();

describe.each(subjects)("$name: every call is one run", (subject) => {
  const ready = (path: Path) => prepare(path, (fields) => subject.create(server.url, fields));

  describe.each(paths)("$name", (path) => {
    it("ends when the answer is complete", async () => {
      server.reply(answerOf(subject, path));
      const { handler, go } = ready(path);
      await go();
      const run = expectOneRun(handler);
      expect(run.last.type).toBe("end");
      expect(server.requests[0]?.json).toMatchObject({ stream: path.streams });
      await server.idle();
    });

    it.each([
      ["a refusal", (s: Subject) => s.scripts.refusal(400, "no such option")],
      ["a server error", (s: Subject) => s.scripts.refusal(500, "out of memory")],
      ["no answer", () => hangUp()],
      ["a reset before the answer", () => hangUp(reset)],
      ["an empty body", () => text(200, "")],
      [
        "a page instead of an answer",
        () => text(200, "<html><body>It works!</body></html>", { headers: { "content-type": "text/html" } }),
      ],
      ["an error in a 200", (s: Subject) => s.scripts.errorInBody("out of memory")],
    ])("fails on %s", async (_, script) => {
      server.reply(script(subject));
      const { handler, go } = ready(path);
      const error = await rejection(go());
      const run = expectOneRun(handler);
      expect(run.last).toMatchObject({ type: "error", error: { message: error.message } });
      expect(error).not.toBeInstanceOf(TypeError);
    });
  });

  describe.each(streamingPaths)("$name", (path) => {
    it("ends when the server has said all, and leaves the body open", async () => {
      const { steps, ...script } = answerOf(subject, path);
      server.reply({ ...script, steps: [...steps, stall] });
      const { handler, go } = ready(path);
      await go();
      expect(expectOneRun(handler).last.type).toBe("end");
      await server.idle();
    });

    it.each([
      [
        "an error in the middle",
        (s: Subject) => s.scripts.streamed([{ text: "Hel" }, s.scripts.errorPiece("out of memory")], { ended: false }),
      ],
      ["a cut", (s: Subject) => s.scripts.streamed([{ text: "Hel" }, cut], { ended: false })],
      ["a reset", (s: Subject) => s.scripts.streamed([{ text: "Hel" }, reset], { ended: false })],
      ["an end without an end", (s: Subject) => s.scripts.streamed([{ text: "Hel" }], { ended: false })],
      ["garbage", (s: Subject) => s.scripts.streamed([{ text: "Hel" }, "data: {not json\n\n"], { ended: false })],
    ])("fails on %s", async (_, script) => {
      server.reply(script(subject));
      const { handler, go } = ready(path);
      const error = await rejection(go());
      const run = expectOneRun(handler);
      expect(run.last).toMatchObject({ type: "error", error: { message: error.message } });
      expect(error).not.toBeInstanceOf(TypeError);
    });
  });
});
