/** `langchain-metered/fireworks`: chat models on Fireworks AI. */
export { ChatFireworks, type ChatFireworksCallOptions, type ChatFireworksInput } from "./chat_models/fireworks.js";
