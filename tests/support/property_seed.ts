import fc from "fast-check";

/**
 * Property tests draw the same cases on every run, so that a red one is never a matter of luck. `FAST_CHECK_SEED=7 npm test`
 * draws others.
 */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_260_727) });
