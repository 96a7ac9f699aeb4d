import { Converter, ReflectionKind } from "typedoc";
import { config as entryTable } from "../../langchain.config.js";

const here = (path) => new URL(path, import.meta.url).pathname;

/** Members by which LangChain calls its classes. Nobody else does, and they would be most of a chat model's page. */
const INNER = /^(?:_|lc_)/;

/** @param {import("typedoc").Application} app */
function withoutInnerMembers(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const members = project.getReflectionsByKind(ReflectionKind.ClassMember);
    for (const member of members) if (INNER.test(member.name)) project.removeReflection(member);
  });
}

/**
 * The API reference as pages of the site: a folder for each entry point of the package.
 * @type {import("typedoc").TypeDocOptions & import("typedoc-plugin-markdown").PluginOptions}
 */
export default {
  plugin: ["typedoc-plugin-markdown", withoutInnerMembers],
  entryPoints: Object.values(entryTable.entrypoints).map((source) => here(`../../src/${source}.ts`)),
  tsconfig: here("tsconfig.typedoc.json"),
  out: here("../api"),
  name: "API reference",
  readme: "none",
  entryFileName: "index",
  navigationJson: here("../api/navigation.json"),

  excludeInternal: true,
  excludePrivate: true,
  excludeProtected: true,
  // LangChain's own members have a reference of their own.
  excludeExternals: true,
  // Comments that are inherited from LangChain link to its members: here they stay words.
  externalSymbolLinkMappings: { "@langchain/core": { "*": "#" } },
  treatWarningsAsErrors: true,
  // Which types can be imported is held by the tests of types; here it would be asked of protected members too.
  validation: { notExported: false },
  skipErrorChecking: true,

  hidePageHeader: true,
  useCodeBlocks: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  tableColumnSettings: { hideSources: true, hideInherited: true, hideOverrides: true },
  // What looks like a tag in a comment must not become one of Vue's.
  sanitizeComments: true,

  disableGit: true,
  gitRevision: "main",
  sourceLinkTemplate: "https://github.com/langchain-metered/langchain-metered/blob/{gitRevision}/src/{path}#L{line}",
  basePath: here("../.."),
};
