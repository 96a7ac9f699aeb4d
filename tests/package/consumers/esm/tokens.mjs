import { ChatOpenLLM } from "langchain-metered/openllm";

// By its length it would be 3.
const model = new ChatOpenLLM("m", { baseURL: "http://localhost" });
console.log(await model.getNumTokens("Hello world"));
