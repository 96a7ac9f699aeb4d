import ts from "typescript";
import { childrenOf, isPrivate, ownProperties, type PublicApi } from "./public_api.js";

/**
 * Finds the types of what users pass in: those of parameters, and of what is in them. What a function of theirs is given is
 * theirs to read; what it returns they make.
 */
class Inputs {
  readonly found = new Map<ts.Declaration, string>();
  readonly #seen = new Set<string>();

  constructor(private readonly api: PublicApi) {
    for (const { name, declarations } of api.names) {
      // Some are given as type arguments alone, such as the options of a call.
      const isInput = /(Input|Options)$/.test(name);
      for (const each of declarations) this.#declared(each, name, isInput);
    }
  }

  #declared(declaration: ts.Declaration, name: string, isInput: boolean): void {
    const file = declaration.getSourceFile();
    const place = `${file.fileName}:${declaration.pos}:${isInput}`;
    if (file.isDeclarationFile || this.#seen.has(place)) return;
    this.#seen.add(place);
    if (ts.isFunctionDeclaration(declaration)) this.#parameters(declaration, name);
    else if (ts.isClassDeclaration(declaration)) {
      for (const member of declaration.members.filter((each) => !isPrivate(each) && isCalled(each)))
        this.#parameters(member as ts.SignatureDeclaration, name); // `isCalled` says so
    } else if (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)) {
      if (isInput) this.found.set(declaration, name);
      this.#walk(declaration, isInput);
    }
  }

  #parameters(call: ts.SignatureDeclaration, name: string): void {
    for (const { type } of call.parameters) {
      if (type === undefined) continue;
      if (ts.isTypeLiteralNode(type) || ts.isIntersectionTypeNode(type)) this.found.set(type as never, name);
      this.#walk(type, true);
    }
  }

  #walk(node: ts.Node, isInput: boolean): void {
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const symbol = this.api.named(node);
      for (const each of symbol?.declarations ?? [])
        if (!ts.isClassDeclaration(each)) this.#declared(each, symbol?.name ?? "", isInput);
      node.typeArguments?.forEach((argument) => this.#walk(argument, isInput));
    } else if (ts.isFunctionTypeNode(node) || ts.isMethodSignature(node)) {
      for (const { type } of node.parameters) if (type !== undefined) this.#walk(type, !isInput);
      if (node.type !== undefined) this.#walk(node.type, isInput);
    } else childrenOf(node).forEach((child) => this.#walk(child, isInput));
  }
}

/** A constructor or a method of users; core's own methods have an underscore, and the types that core gives them. */
function isCalled(member: ts.ClassElement): boolean {
  return (
    ts.isConstructorDeclaration(member) || (ts.isMethodDeclaration(member) && !member.name.getText().startsWith("_"))
  );
}

/** Optional properties of what users pass in that do not take `undefined`, by the type that has them. */
export function strictOptions(api: PublicApi): Record<string, string[]> {
  const strict: Record<string, string[]> = {};
  for (const [declaration, name] of new Inputs(api).found) {
    for (const property of ownProperties(declaration)) {
      if (!property.questionToken || property.type === undefined) continue;
      if (takesUndefined(api.checker.getTypeFromTypeNode(property.type))) continue;
      const names = (strict[name] ??= []);
      const own = property.name.getText();
      if (!names.includes(own)) names.push(own);
    }
  }
  return strict;
}

function takesUndefined(type: ts.Type): boolean {
  const any = ts.TypeFlags.Undefined | ts.TypeFlags.Unknown | ts.TypeFlags.Any;
  return (type.isUnion() ? type.types : [type]).some(({ flags }) => (flags & any) !== 0);
}
