/** The entry point `langchain-metered/register`: this package's models by name, wherever LangChain makes models of names. */
export { registerProviders, type MeteredProvider } from "./register/register_providers.js";
