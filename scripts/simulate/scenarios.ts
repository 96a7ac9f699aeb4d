/** What a server does to one request instead of answering it well. */
export type ServerFault =
  | "none"
  | "status 400"
  | "must stream"
  | "status 429"
  | "status 500"
  | "status 503"
  | "gateway 504"
  | "reset before the answer"
  | "hang-up before the answer"
  | "silence before the answer"
  | "silence in the middle"
  | "reset in the middle"
  | "end in the middle"
  | "reset before the last byte"
  | "end before the last byte"
  | "malformed event"
  | "error event"
  | "error at once"
  | "page"
  | "empty body";

/** What a caller does instead of waiting for the end. */
export type CallerAct =
  | "read on"
  | "break"
  | "throw"
  | "cancel"
  | "call nobody"
  | "abort before sending"
  | "abort while silent"
  | "abort in the loop"
  | "abort and read no more"
  | "abandon"
  | "time-out of the call"
  | "time-out of the first byte"
  | "time-out of silence";

/** One way in which a call goes. */
export interface Scenario {
  weight: number;
  /** What happens to the call's first requests, in order; later ones are answered well. */
  faults: readonly ServerFault[];
  act: CallerAct;
  /** Only where the caller reads the answer chunk by chunk. */
  needsReader?: boolean;
  /** Only where the answer is streamed. */
  needsStream?: boolean;
  maxRetries?: number;
}

type Row = [weight: number, act: CallerAct, faults: readonly ServerFault[], more?: Partial<Scenario>];

const READER = { needsReader: true, needsStream: true };
const STREAM = { needsStream: true };

const ROWS: readonly Row[] = [
  [60, "read on", []],
  [3, "break", [], READER],
  [3, "throw", [], READER],
  [2, "cancel", [], READER],
  [2, "break", ["silence in the middle"], READER],
  [1, "throw", ["silence in the middle"], READER],
  [1, "cancel", ["silence in the middle"], READER],
  [0.5, "call nobody", []],
  [1, "abort before sending", []],
  [2, "abort while silent", ["silence before the answer"]],
  [3, "abort while silent", ["silence in the middle"]],
  [2, "abort in the loop", [], READER],
  [1, "abort in the loop", ["silence in the middle"], READER],
  [2, "abort and read no more", [], READER],
  [1, "abort and read no more", ["silence in the middle"], READER],
  [1, "abandon", [], READER],
  [1, "abandon", ["silence in the middle"], READER],
  [1, "time-out of the call", ["silence before the answer"]],
  [1, "time-out of the call", ["silence in the middle"]],
  [1, "time-out of the first byte", ["silence before the answer"]],
  [2, "time-out of silence", ["silence in the middle"]],
  [1, "read on", ["status 400"]],
  [1, "read on", ["status 500"]],
  [1, "read on", ["status 503"]],
  [1, "read on", ["gateway 504"]],
  [1, "read on", ["reset before the answer"]],
  [1, "read on", ["hang-up before the answer"]],
  [2, "read on", ["reset in the middle"]],
  [2, "read on", ["end in the middle"]],
  [1, "read on", ["reset before the last byte"]],
  [1, "read on", ["end before the last byte"]],
  [1, "read on", ["malformed event"], STREAM],
  [1, "read on", ["error event"], STREAM],
  [1, "read on", ["error at once"]],
  [1, "read on", ["page"]],
  [1, "read on", ["empty body"]],
  [0.4, "read on", ["status 503"], { maxRetries: 1 }],
  [0.8, "read on", ["status 429"], { maxRetries: 1 }],
  [0.8, "read on", ["reset before the answer"], { maxRetries: 1 }],
  [0.4, "read on", ["hang-up before the answer"], { maxRetries: 2 }],
  [0.3, "read on", ["gateway 504"], { maxRetries: 1 }],
  [0.2, "read on", ["reset before the answer", "status 503"], { maxRetries: 2 }],
  [0.2, "read on", ["reset before the answer", "status 503"], { maxRetries: 1 }],
  [0.2, "read on", ["reset before the answer", "reset in the middle"], { maxRetries: 1 }],
  [0.2, "read on", ["reset before the answer", "error at once"], { maxRetries: 1 }],
  [0.2, "abort while silent", ["reset before the answer", "silence in the middle"], { maxRetries: 1 }],
  [0.2, "abort while silent", ["status 429", "silence before the answer"], { maxRetries: 1 }],
  [0.2, "break", ["hang-up before the answer"], { ...READER, maxRetries: 1 }],
];

/** Every way in which a call goes, from the good one to the worst that is known. */
export const SCENARIOS: readonly Scenario[] = ROWS.map(([weight, act, faults, more]) => ({
  weight,
  act,
  faults,
  ...more,
}));
