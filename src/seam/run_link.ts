/**
 * In the metadata of runs their id: of this package's from their start, of all that are on the books from their end. Instrumentations
 * copy it to their spans, which do not say it otherwise.
 */
export const RUN_ID = "metered_run_id";
