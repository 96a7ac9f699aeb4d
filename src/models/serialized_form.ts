import type { Serializable, Serialized } from "@langchain/core/load/serializable";

/** A model's serialised form, which every run's handlers are given. It is made anew only where something in it changed. */
export class SerializedForm {
  private values: unknown[] = [];
  private form: Serialized | undefined;

  of(model: Serializable, secret: unknown): Serialized {
    const { lc_kwargs: kwargs } = model;
    const values = Object.keys(kwargs).map((key): unknown => (key in model ? Reflect.get(model, key) : kwargs[key]));
    values.push(secret);
    // What is in an object can change while the object stays the same.
    if (values.some((value) => typeof value === "object" && value !== null)) return model.toJSON();
    const isKnown = values.length === this.values.length && values.every((value, at) => value === this.values[at]);
    if (!isKnown || this.form === undefined) this.form = model.toJSON();
    this.values = values;
    // A copy: handlers may write into theirs.
    return "kwargs" in this.form ? { ...this.form, kwargs: { ...this.form.kwargs } } : { ...this.form };
  }
}
