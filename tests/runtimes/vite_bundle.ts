import { build, type Plugin, type Rollup } from "vite";
import { builtFile, jobFile } from "./bundle.js";

const built: Plugin = { name: "built", enforce: "pre", resolveId: (path, importer) => builtFile(path, importer) };

/** The job for a page in one file, as vite builds it. */
export async function viteBundle(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "silent",
    plugins: [built],
    build: {
      write: false,
      target: "es2022",
      rollupOptions: {
        input: jobFile("page"),
        output: { inlineDynamicImports: true },
        // Of circles and comments in other packages; what is missing fails in the page.
        onwarn: () => {},
      },
    },
  });
  const [{ output }] = [made].flat() as [Rollup.RollupOutput]; // not a watcher: nothing is watched
  return output[0].code;
}
