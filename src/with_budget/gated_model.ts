import type { Json } from "../base/json.js";
import type { Budget } from "../budget/budget.js";
import type { GateOptions } from "./gated_call.js";
import { gatedHooks } from "./hooks.js";
import { methodOf, overlay } from "../base/overlay.js";

/** A model, and the budgets that its calls draw on. */
export interface Gated<Model extends object = object> {
  readonly model: Model;
  readonly budgets: readonly Budget[];
}

/** Where a gated model has what is known of it; so has what is laid over it. */
const KNOWN = Symbol("gated");

/** What is known of a gated model; `undefined` for any other. */
export function budgetOn<Model extends object>(model: Model): (Gated<Model> & { by: GateOptions }) | undefined {
  return Reflect.get(model, KNOWN) as (Gated<Model> & { by: GateOptions }) | undefined; // it was made of a model of this kind
}

/** A model with a gate before each request. */
export function gateOn<Model extends object>({ model, budgets }: Gated<Model>, by: GateOptions): Model {
  const again = (made: unknown): unknown => gateOnMade(made, (ungated) => gateOn({ model: ungated, budgets }, by));
  const own: Record<PropertyKey, unknown> =
    methodOf(model, "_getModelInstance") === undefined ? gatedHooks(model, by) : chosenModel(model, again);
  const gated: Model = overlay(model, own);
  for (const name of ["withConfig", "bindTools", "withStructuredOutput"] as const) {
    const make = methodOf(model, name);
    if (make === undefined) continue;
    // Of whom is asked: other middleware may have laid something over the gated model.
    own[name] = function (this: object, ...given: unknown[]) {
      return again(make.apply(this, given));
    };
  }
  own[KNOWN] = { model, budgets, by };
  return gated;
}

/** True for anything that core asks as a chat model. */
export function isChatModel(value: unknown): value is object {
  return typeof value === "object" && value !== null && methodOf(value, "_generate") !== undefined;
}

/** Classes make new models of one, or bind options to it. */
function gateOnMade(made: unknown, gate: (model: object) => object): unknown {
  if (isChatModel(made)) return budgetOn(made) ? made : gate(made);
  const bound: unknown = typeof made === "object" && made !== null ? Reflect.get(made, "bound") : undefined;
  if (isChatModel(bound) && !budgetOn(bound)) Object.assign(made as object, { bound: gate(bound) }); // has one
  return made;
}

/** LangChain's `initChatModel` makes a model when it is called, and does then to it what was done to its own. */
function chosenModel(model: object, gate: (made: unknown) => unknown): Json {
  const bare = overlay(model, { _queuedMethodOperations: {}, _modelInstanceCache: new Map() });
  return {
    _getModelInstance: async (config: unknown) => {
      let made = gate(await methodOf(bare, "_getModelInstance")?.call(bare, config));
      for (const [name, given] of Object.entries(queuedOn(model))) {
        const operation = methodOf(made as object, name); // a model, or what one has made
        if (operation !== undefined) made = await operation.apply(made, given);
      }
      return made;
    },
  };
}

function queuedOn(model: object): Record<string, unknown[]> {
  const { _queuedMethodOperations: queued } = model as { _queuedMethodOperations?: Record<string, unknown[]> };
  return queued ?? {};
}
