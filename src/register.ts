/**
 * This package's models by name, wherever LangChain makes models of names.
 * @module langchain-metered/register
 */
export { registerProviders, type MeteredProvider } from "./register/register_providers.js";
