import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SRC = `${ROOT}src/`;

/** A name that the package exports. */
export interface PublicName {
  name: string;
  /** The entry points that export it, such as `fireworks`. */
  entries: string[];
  declarations: readonly ts.Declaration[];
}

/** A program of files of this package, under `exactOptionalPropertyTypes`. */
export function exactProgram(files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, (file) => ts.sys.readFile(file)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
  return ts.createProgram(files, { ...options, exactOptionalPropertyTypes: true });
}

/** What the entry points export, read from the sources by TypeScript itself. */
export class PublicApi {
  readonly checker: ts.TypeChecker;
  readonly names: PublicName[] = [];
  readonly #bySymbol = new Map<ts.Symbol, PublicName>();

  constructor() {
    const entries = readdirSync(SRC).filter((file) => file.endsWith(".ts"));
    const program = exactProgram(entries.map((file) => SRC + file));
    this.checker = program.getTypeChecker();
    for (const entry of entries) this.#read(program.getSourceFile(SRC + entry), entry.replace(/\.ts$/, ""));
  }

  #read(file: ts.SourceFile | undefined, entry: string): void {
    const module = file && this.checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${entry} is no module`);
    for (const exported of this.checker.getExportsOfModule(module)) {
      const symbol = this.#meant(exported);
      let known = this.#bySymbol.get(symbol);
      if (known === undefined) {
        known = { name: exported.name, entries: [], declarations: (symbol.declarations ?? []).filter(isOurs) };
        this.#bySymbol.set(symbol, known);
        this.names.push(known);
      }
      known.entries.push(entry);
    }
  }

  /** What a name means in the end, through imports and re-exports. */
  #meant(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** The symbol that a reference to a type names. */
  named(reference: ts.TypeReferenceNode | ts.ExpressionWithTypeArguments): ts.Symbol | undefined {
    const at = ts.isTypeReferenceNode(reference) ? reference.typeName : reference.expression;
    const symbol = this.checker.getSymbolAtLocation(at);
    return symbol && this.#meant(symbol);
  }

  /** Types of src/ in exported signatures that no entry point exports, each with the exported names that need it. */
  hiddenTypes(): Record<string, string[]> {
    const hidden: Record<string, string[]> = {};
    for (const { name, declarations } of this.names) {
      for (const reference of declarations.flatMap(signatureOf).flatMap(references)) {
        const symbol = this.named(reference);
        if (symbol === undefined || this.#bySymbol.has(symbol) || symbol.flags & ts.SymbolFlags.TypeParameter) continue;
        if (!(symbol.declarations ?? []).some(isOurs)) continue;
        const users = (hidden[symbol.name] ??= []);
        if (!users.includes(name)) users.push(name);
      }
    }
    return hidden;
  }
}

/** A class that the package exports. */
export interface PublicClass {
  name: string;
  /** An entry point that exports it. */
  entry: string;
  /** Constructors that a user can call and that have no comment. */
  silentConstructors: number;
  /** Its `@example`, without fences. */
  example: string | undefined;
}

export function publicClasses({ names }: PublicApi): PublicClass[] {
  return names.flatMap(({ name, entries, declarations }) =>
    declarations.filter(ts.isClassDeclaration).map((declaration) => {
      const all = declaration.members.filter(ts.isConstructorDeclaration);
      const overloads = all.filter(({ body }) => body === undefined);
      const seen = overloads.length > 0 ? overloads : all;
      const silent = seen.filter((each) => ts.getJSDocCommentsAndTags(each).length === 0);
      const tag = ts.getJSDocTags(declaration).find(({ tagName }) => tagName.text === "example");
      const text = ts.getTextOfJSDocComment(tag?.comment)?.replace(/^```ts\n|\n```$/g, "");
      return { name, entry: entries[0] ?? "", silentConstructors: silent.length, example: text };
    }),
  );
}

/** Optional properties of exported interfaces and object types that have no comment, as `Type.property`. */
export function silentOptions({ names }: PublicApi): string[] {
  return names.flatMap(({ name, declarations }) =>
    declarations
      .filter(isObjectType)
      .flatMap((declaration) => ownProperties(declaration))
      .filter((property) => property.questionToken && ts.getJSDocCommentsAndTags(property).length === 0)
      .map((property) => `${name}.${property.name.getText()}`),
  );
}

type ObjectType = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

const isObjectType = (node: ts.Node): node is ObjectType =>
  ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/** Those of the type itself, in every member of a union, and not those of types written inside it. */
export function ownProperties(node: ts.Node): ts.PropertySignature[] {
  if (ts.isPropertySignature(node)) return [node];
  if (ts.isFunctionLike(node)) return [];
  return childrenOf(node).flatMap(ownProperties);
}

/** The parts of a declaration that its users see: no bodies, and nothing private. */
function signatureOf(declaration: ts.Node): ts.Node[] {
  if (ts.isVariableDeclaration(declaration)) return declaration.type ? [declaration.type] : [];
  if (ts.isFunctionDeclaration(declaration)) return callOf(declaration);
  if (!ts.isClassDeclaration(declaration)) return [declaration];
  const { typeParameters = [], heritageClauses = [], members } = declaration;
  const calls = members.filter((member) => !isPrivate(member)).flatMap(callOf);
  return [...typeParameters, ...heritageClauses, ...calls];
}

function callOf(member: ts.Node): ts.Node[] {
  if (ts.isPropertyDeclaration(member)) return member.type ? [member.type] : [];
  if (!ts.isFunctionLike(member)) return [];
  const types = [...member.parameters.map(({ type }) => type), member.type];
  return [...(member.typeParameters ?? []), ...types.filter((type) => type !== undefined)];
}

type Reference = ts.TypeReferenceNode | ts.ExpressionWithTypeArguments;

function references(node: ts.Node): Reference[] {
  const below = childrenOf(node).flatMap(references);
  return ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node) ? [node, ...below] : below;
}

export function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

export function isPrivate(member: ts.ClassElement): boolean {
  if (member.name !== undefined && ts.isPrivateIdentifier(member.name)) return true;
  if (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) return true;
  return ts.getJSDocTags(member).some(({ tagName }) => tagName.text === "ignore");
}

function isOurs(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.startsWith(SRC);
}
