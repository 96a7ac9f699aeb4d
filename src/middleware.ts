/** The entry point `langchain-metered/middleware`. */
export {};
