import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { expect, it } from "@jest/globals";
import ts from "typescript";

const entries = ["index", "callbacks", "fireworks", "openllm", "ollama", "origin", "provider", "genai_prices"];
/** What only Node and its likes have, as a bare name. */
const NAMES = new Set([
  "Buffer",
  "process",
  "setImmediate",
  "clearImmediate",
  "require",
  "__dirname",
  "__filename",
  "global",
]);
const FILE_LEDGER = /\/src\/ledger\/(jsonl|read_jsonl|node_files)\.ts$/;
/** What only Node's timers have. */
const METHODS = new Set(["unref", "hasRef"]);

/** All files that one loads, by static and lazy imports; types do not count. */
function filesFrom(file: string, seen = new Map<string, ts.SourceFile>()): Map<string, ts.SourceFile> {
  if (seen.has(file)) return seen;
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
  seen.set(file, source);
  for (const { text } of importsOf(source)) {
    if (text.startsWith(".")) filesFrom(resolve(dirname(file), text.replace(/\.js$/, ".ts")), seen);
  }
  return seen;
}

function importsOf(source: ts.SourceFile): ts.StringLiteral[] {
  const found: ts.StringLiteral[] = [];
  const visit = (node: ts.Node): void => {
    const isType = ts.isImportDeclaration(node)
      ? node.importClause?.isTypeOnly
      : ts.isExportDeclaration(node) && node.isTypeOnly;
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && isType !== true) {
      if (node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) found.push(node.moduleSpecifier);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier && ts.isStringLiteral(specifier)) found.push(specifier);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What in a file would throw, or not load, where there is no Node: as `src/file.ts:line what`. */
function faultsIn(source: ts.SourceFile): string[] {
  const faults: string[] = [];
  const fault = (node: ts.Node, what: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    faults.push(`${relative(process.cwd(), source.fileName)}:${line + 1} ${what}`);
  };
  for (const specifier of importsOf(source)) if (specifier.text.startsWith("node:")) fault(specifier, specifier.text);
  // The ledger in a file works where there are files. It must load everywhere all the same.
  if (FILE_LEDGER.test(source.fileName)) return faults;
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isIdentifier(node) && NAMES.has(node.text) && isBareValue(node)) fault(node, node.text);
    if (ts.isCallExpression(node) && isUnguardedMethod(node)) fault(node, node.expression.getText(source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

/** A name that is read, and not a property's, a declaration's, or one that `typeof` asks for. */
function isBareValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isTypeOfExpression(parent) || ts.isPropertyAssignment(parent) || ts.isQualifiedName(parent)) return false;
  return !(ts.isDeclarationStatement(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent));
}

function isUnguardedMethod({ expression, questionDotToken }: ts.CallExpression): boolean {
  return (
    ts.isPropertyAccessExpression(expression) && METHODS.has(expression.name.text) && questionDotToken === undefined
  );
}

it.each(entries)("what %s loads needs nothing of Node, or asks first whether it is there", (entry) => {
  const files = [...filesFrom(resolve(`src/${entry}.ts`)).values()];
  expect(files.length).toBeGreaterThan(10);
  expect(files.flatMap(faultsIn)).toEqual([]);
});

it("sees what it is to see, with its line", () => {
  const code = [
    'import "node:fs";',
    'import type { Stats } from "node:fs";',
    "Buffer.from('');",
    "typeof process;",
    "globalThis.process?.cwd();",
    "setTimeout(f).unref();",
    "timer.unref?.();",
    "let at: Buffer; const x = { process: 1 };",
    "void import('node:path');",
    "process.cwd();",
  ].join("\n");
  const source = ts.createSourceFile(resolve("src/x.ts"), code, ts.ScriptTarget.ES2022, true);
  expect(faultsIn(source)).toEqual([
    "src/x.ts:1 node:fs",
    "src/x.ts:9 node:path",
    "src/x.ts:3 Buffer",
    "src/x.ts:6 setTimeout(f).unref",
    "src/x.ts:10 process",
  ]);
});
