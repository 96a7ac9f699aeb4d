import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleJob, dist, type Addresses } from "./bundle.js";
import { expectedInNext, expectedInNextEdge } from "./expected.js";
import type { Runtime } from "./runtimes.js";

/** Everything that is installed beside the package, as a user of Next has it. */
const PACKAGES = ["next", "react", "react-dom", "langchain", "@langchain/core", "zod"];

const ROUTES = { node: "nodejs", edge: "edge" };

const ENV = { ...process.env, NODE_ENV: "production", NODE_OPTIONS: "", NEXT_TELEMETRY_DISABLED: "1" } as const;

/** A built app of Next, with a route in each of its runtimes, in a folder that goes away with it. */
export class NextApp {
  readonly #folder = mkdtempSync(join(tmpdir(), "next-"));

  /** Installs the newest Next, and the built package from a tarball. Takes a minute or two. */
  install(): void {
    const packed = join(this.#folder, "packed");
    cpSync(dist, join(packed, "dist"), { recursive: true });
    cpSync("package.json", join(packed, "package.json"));
    const [tarball = ""] = this.#npm(packed, "pack", "--ignore-scripts", "--silent").trim().split("\n").slice(-1);
    writeFileSync(join(this.#folder, "package.json"), '{ "private": true }\n');
    this.#npm(
      this.#folder,
      "install",
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
      join(packed, tarball),
      ...PACKAGES,
    );
  }

  #npm(cwd: string, ...args: string[]): string {
    return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  }

  /** Each route, as a runtime. The app is built anew for each, since the job has its addresses in it. */
  runtimes(): Runtime[] {
    const file = join(this.#folder, "node_modules/next/package.json");
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
    const is = {};
    return [
      { title: "Next, node route", version, run: (at) => this.#run("node", at), is, sees: expectedInNext },
      { title: "Next, edge route", version, run: (at) => this.#run("edge", at), is, sees: expectedInNextEdge },
    ];
  }

  async #run(route: keyof typeof ROUTES, addresses: Addresses): Promise<unknown> {
    this.#write("layout.js", "export default ({ children }) => <html><body>{children}</body></html>;\n");
    this.#write(`${route}/job.mjs`, await bundleJob("route", addresses, "esm"));
    // Next reads these two without running the file.
    const settings = `export const runtime = "${ROUTES[route]}";\nexport const dynamic = "force-dynamic";\n`;
    this.#write(`${route}/route.js`, `export { GET } from "./job.mjs";\n${settings}`);
    const next = join(this.#folder, "node_modules/next/dist/bin/next");
    execFileSync(process.execPath, [next, "build"], {
      cwd: this.#folder,
      env: ENV,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const args = [next, "start", "--port", "0", "--hostname", "127.0.0.1"];
    const server = spawn(process.execPath, args, { cwd: this.#folder, env: ENV, stdio: ["ignore", "pipe", "inherit"] });
    try {
      const answer = await fetch(`${await urlOf(server)}/${route}`);
      if (!answer.ok) throw new Error(`Next answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
      return await answer.json();
    } finally {
      await ended(server);
    }
  }

  #write(file: string, text: string): void {
    const path = join(this.#folder, "app", file);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Reads on after it has found it: a server whose words nobody reads would stop. */
function urlOf(server: ChildProcess): Promise<string> {
  let words = "";
  return new Promise((resolve, reject) => {
    server.stdout?.on("data", (piece: Buffer) => {
      words += piece.toString("utf8");
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(words) ?? [];
      if (url !== undefined) resolve(url);
    });
    server.once("exit", () => reject(new Error(`Next did not start.\n${words}`)));
  });
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const exit = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGKILL");
  await exit;
}
