/** In the metadata of this package's runs their id: what instrumentations copy to their spans, which do not say it otherwise. */
export const RUN_ID = "metered_run_id";
