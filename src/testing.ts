/** The entry point `langchain-metered/testing`. */
export {};
