import { AzureChatOpenAI, type AzureChatOpenAIFields } from "@langchain/openai";
import { atHost } from "./other_hosts.js";
import type { Report } from "./reports.js";

/** A deployment of Azure's, whose answers come from `url`. */
export function azure(fields: Partial<AzureChatOpenAIFields> = {}): Report["model"] {
  return (url) =>
    new AzureChatOpenAI({
      azureOpenAIApiKey: "k",
      azureOpenAIApiInstanceName: "inst",
      azureOpenAIApiDeploymentName: "my-deployment",
      azureOpenAIApiVersion: "2025-04-01-preview",
      maxRetries: 0,
      ...atHost("", url),
      ...fields,
    });
}
