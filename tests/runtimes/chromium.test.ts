import { findChromium, runInChromium } from "./chromium.js";
import { describeJob, describeRuntime } from "./suite.js";

describeRuntime("Chromium", findChromium(), (program) => {
  describeJob("a page", "page", (script) => runInChromium(program, script), { node: [], isSecure: true });

  describeJob("a page without https", "page", (script) => runInChromium(program, script, "page.test"), {
    node: [],
    isSecure: false,
  });
});
