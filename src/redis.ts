/** The entry point `langchain-metered/redis`. */
export {};
