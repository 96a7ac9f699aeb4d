import { SHORT } from "../prompts.js";
import type { Work } from "./client.js";
import { modelAt } from "./models.js";
import { cpuMs } from "./watch.js";

type Schema = Record<string, unknown>;

const toolOf = (parameters: Schema): object => ({
  type: "function",
  function: { name: "look_up", description: "Looks up what is known of a harbour.", parameters },
});
const reference = (index: number): Schema => ({ $ref: `#/$defs/Place${index}` });

/** Each definition refers to the next one; the last one to the first, in a cycle. */
function definitions(count: number, isCycle: boolean): Schema {
  const $defs = Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const next = index + 1 < count ? reference(index + 1) : isCycle ? reference(0) : { type: "string" };
      return [`Place${index}`, { type: "object", properties: { name: { type: "string" }, next } }];
    }),
  );
  return { type: "object", properties: { place: reference(0) }, $defs };
}

async function bound(who: string, url: string, parameters: Schema) {
  const model = await modelAt(who, url, "whole");
  if (!model.bindTools) throw new Error(`${who} takes no tools.`);
  return model.bindTools([toolOf(parameters)]);
}

/** Milliseconds of CPU of a call with a schema that was never seen before. */
export const cpuOfReferences: Work = async ({ who, variant, size }, url) => {
  const model = await bound(who, url, definitions(size, variant === "cycle"));
  return cpuMs(() => model.invoke(SHORT));
};

const FIELDS = ["latitude", "longitude", "depth"];

/** How many fields of the one definition that is referred to do not reach the server, in writing or by reference. */
export const lostInWideSchema: Work = async ({ who, size }, url) => {
  const flat = Object.fromEntries(Array.from({ length: size }, (_, index) => [`field${index}`, { type: "string" }]));
  const place = { type: "object", properties: Object.fromEntries(FIELDS.map((name) => [name, { type: "number" }])) };
  const properties = { ...flat, place: { $ref: "#/$defs/Place" } };
  const model = await bound(who, url, { type: "object", properties, $defs: { Place: place } });
  await model.invoke(SHORT);
  const body = await (await fetch(`${url}/last`)).text();
  return FIELDS.filter((name) => !body.includes(`"${name}"`)).length;
};
