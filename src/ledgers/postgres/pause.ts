import { quietTimer } from "../../base/quiet_timer.js";

/** Waits that can be cut short, and that do not keep the process alive. */
export class Pause {
  #end: (() => void) | undefined;

  for(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = quietTimer(resolve, ms);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  end(): void {
    this.#end?.();
  }
}
