import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A regular expression of the source, with the file that it stands in. */
export interface FoundPattern {
  file: string;
  pattern: RegExp;
}

export interface FoundPatterns {
  literals: FoundPattern[];
  /** The files in which patterns are put together while the package runs: what they are cannot be read off. */
  builders: string[];
}

/** All regular expressions of `src/`, as the compiler's parser finds them. */
export function patternsOfSource(): FoundPatterns {
  const found: FoundPatterns = { literals: [], builders: [] };
  for (const file of readdirSync("src", { recursive: true, encoding: "utf8" }).sort()) {
    if (!file.endsWith(".ts")) continue;
    const text = readFileSync(join("src", file), "utf8");
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), file, found);
  }
  return found;
}

function visit(node: ts.Node, file: string, found: FoundPatterns): void {
  if (ts.isRegularExpressionLiteral(node)) found.literals.push({ file, pattern: toPattern(node.text) });
  const isMade = (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === "RegExp";
  if (isMade && !found.builders.includes(file)) found.builders.push(file);
  ts.forEachChild(node, (child) => visit(child, file, found));
}

function toPattern(literal: string): RegExp {
  const end = literal.lastIndexOf("/");
  return new RegExp(literal.slice(1, end), literal.slice(end + 1));
}
