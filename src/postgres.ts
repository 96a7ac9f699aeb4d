/** The entry point `langchain-metered/postgres`. */
export {};
