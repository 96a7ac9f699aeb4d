import { isData, type Script, type Step } from "./wire_script.js";

/** Cuts one run of bytes into pieces, anywhere: inside a line, a character, an event. */
export type Splitter = (bytes: Uint8Array) => Uint8Array[];

/** Numbers in [0, 1) that a seed repeats: Marsaglia's xorshift with 32 bits of state. */
function seededRandom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  if (state === 0) state = 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Pieces of `size` bytes each, the last one shorter. */
export function splitEvery(size: number): Splitter {
  return (bytes) => split(bytes, () => size);
}

/** Pieces of 1 to `longest` bytes, short ones more often, the same for the same seed. */
export function splitAtRandom(seed: number, longest = 64): Splitter {
  const random = seededRandom(seed);
  return (bytes) => split(bytes, () => 1 + Math.floor(random() ** 3 * longest));
}

/** The same answer in other pieces. Gates and faults stay where they are. */
export function resplit(script: Script, splitter: Splitter): Script {
  const steps: Step[] = [];
  let pending: Uint8Array[] = [];
  const flush = () => {
    steps.push(...splitter(Buffer.concat(pending)));
    pending = [];
  };
  for (const step of script.steps) {
    if (isData(step)) {
      pending.push(Buffer.from(step));
    } else {
      flush();
      steps.push(step);
    }
  }
  flush();
  return { ...script, steps };
}

function split(bytes: Uint8Array, nextSize: () => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = nextSize();
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
