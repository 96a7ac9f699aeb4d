/** For each signal, those who want to hear of its abort, and the one listener that tells them. */
interface Waiting {
  acts: Set<() => void>;
  tell: () => void;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Acts when a signal is aborted; returns how to stop listening. However many calls share a signal, it has one listener:
 * Node prints a warning of a leak where there are more than ten.
 */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  const { acts, tell } = waiting.get(signal) ?? listenTo(signal);
  acts.add(act);
  return () => {
    if (!acts.delete(act) || acts.size > 0) return;
    signal.removeEventListener("abort", tell);
    waiting.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Waiting {
  const acts = new Set<() => void>();
  const tell = () => acts.forEach((act) => act());
  const entry = { acts, tell };
  waiting.set(signal, entry);
  signal.addEventListener("abort", tell, { once: true });
  return entry;
}
