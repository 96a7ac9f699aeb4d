import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { ClassName } from "../jobs.js";
import { builtPackage, modelOf } from "../subject.js";

/** How a server answers: `/held/4000` is a stream of 4,000 pieces that stays open. */
export type Manner = "held" | "burst" | "whole" | "bare" | "refusing";

const models = new Map<string, Promise<BaseChatModel>>();

/** A model of a class at the part of the server that answers in this manner. */
export function modelAt(name: string, url: string, manner: Manner, events = 0): Promise<BaseChatModel> {
  const address = `${url}/${manner}/${events}`;
  const key = `${name} ${address}`;
  const known = models.get(key) ?? make(name, address);
  models.set(key, known);
  return known;
}

async function make(name: string, address: string): Promise<BaseChatModel> {
  return modelOf(name as Exclude<ClassName, `fetch${string}`>, address, await builtPackage()); // a name of the jobs' table
}
