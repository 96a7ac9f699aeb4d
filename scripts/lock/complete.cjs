/**
 * Completes package-lock.json: `npm install` drops optional packages that the registry it asked does not serve (builds for
 * other platforms), and `npm ci` then refuses the lock file. Adds an entry for each, to be skipped where it does not fit.
 * Run after `npm install`: `npm run lock`.
 */
const { readFileSync, writeFileSync } = require("node:fs");

const file = "package-lock.json";
const lock = JSON.parse(readFileSync(file, "utf8"));
const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/** What a package's name says of where it runs: `@swc/core-linux-x64-musl`. */
function platform(name) {
  const words = name.split(/[/-]/);
  const libc = words.some((word) => word.startsWith("musl"))
    ? "musl"
    : words.some((w) => w.startsWith("gnu"))
      ? "glibc"
      : undefined;
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  if (os.length === 0 && cpu.length === 0)
    throw new Error(`\`${name}\` names no platform: install it, or drop its parent`);
  return { ...(cpu.length > 0 && { cpu }), ...(libc && { libc: [libc] }), ...(os.length > 0 && { os }) };
}

/** Where npm would look for `name` from the package at `path`: beside it, then in each folder above. */
function present(path, name) {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf("node_modules/")).replace(/\/$/, "")) {
    if (lock.packages[`${at}${at && "/"}node_modules/${name}`]) return true;
    if (at === "") return false;
  }
}

let added = 0;
for (const [path, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (present(path, name)) continue;
    lock.packages[`node_modules/${name}`] = { version, ...platform(name), ...(dev && { dev }), optional: true };
    added += 1;
  }
}
const [root, ...rest] = Object.entries(lock.packages);
lock.packages = Object.fromEntries([root, ...rest.sort(([a], [b]) => a.localeCompare(b, "en"))]);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} entries added\n`);
