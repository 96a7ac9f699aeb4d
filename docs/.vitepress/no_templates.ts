import type { MarkdownRenderer } from "vitepress";

/** Has pages say what they say: VitePress would take `{{ word }}` for an expression of Vue, in text as in code. */
export function withoutTemplates(markdown: MarkdownRenderer): void {
  const render = markdown.render.bind(markdown);
  markdown.render = (source, env) => render(source, env).replaceAll("{{", "&#123;&#123;");
}
