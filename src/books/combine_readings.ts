import { addUsd } from "../base/add_usd.js";
import type { Reading } from "./spellings/spelled.js";

/**
 * What several answers of one call say beside their counts: what the first says that has some, at the cost of all.
 * @param isRepeated - whether each says the same figures, those of the call
 */
export function combineReadings(readings: readonly Reading[], isRepeated: boolean): Reading | undefined {
  const counted = readings.filter(({ usage }) => usage !== undefined);
  const [first = readings[0]] = counted;
  if (first === undefined || isRepeated) return first;
  const costs = counted.map(({ cost }) => cost).filter((cost) => typeof cost === "string");
  const { cost: _, upstreamCost: __, ...rest } = first;
  if (costs.length < counted.length) {
    const isSaid = costs.length > 0 || counted.some(({ isCostRefused }) => isCostRefused === true);
    return isSaid ? { ...rest, isCostRefused: true } : rest;
  }
  const upstream = counted.map(({ upstreamCost }) => upstreamCost).filter((cost) => typeof cost === "string");
  const reason = counted.find(({ costAtLeast }) => costAtLeast !== undefined)?.costAtLeast;
  return {
    ...rest,
    cost: addUsd(...costs),
    ...(upstream.length === 0 ? {} : { upstreamCost: addUsd(...upstream) }),
    ...(reason === undefined ? {} : { costAtLeast: reason }),
  };
}
