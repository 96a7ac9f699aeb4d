import { plain, slips } from "./slips.js";

/** Names of options in other packages, without case and underscores, and what they are called here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  modelname: "model",
  modelid: "model",
  deploymentname: "model",
  apitoken: "apiKey",
  fireworksapikey: "apiKey",
  openaiapikey: "apiKey",
  ollamaapikey: "apiKey",
  openllmapikey: "apiKey",
  apibase: "baseURL",
  apiurl: "baseURL",
  basepath: "baseURL",
  serverurl: "baseURL",
  endpoint: "baseURL",
  host: "baseURL",
  ollamahost: "baseURL",
  fireworksapibase: "baseURL",
  fireworksbaseurl: "baseURL",
  openaiapibase: "baseURL",
  openaibaseurl: "baseURL",
  maxoutputtokens: "maxTokens",
  maxcompletiontokens: "maxTokens",
  maxnewtokens: "maxTokens",
  maxtokenstosample: "maxTokens",
  numpredict: "maxTokens",
  requesttimeout: "timeout",
  timeoutms: "timeout",
  defaultheaders: "headers",
  extraheaders: "headers",
  customheaders: "headers",
  retries: "maxRetries",
  numretries: "maxRetries",
  stream: "streaming",
  callbackmanager: "callbacks",
  handlers: "callbacks",
  maxusd: "limitUsd",
  maxbudget: "limitUsd",
  maxcost: "limitUsd",
  dollars: "limitUsd",
  maxcalls: "limitCalls",
  period: "per",
  window: "per",
  budgetduration: "per",
  budgets: "budget",
  ledgers: "ledger",
  prices: "table",
  pricetable: "table",
};

/** An option, and other spellings of it, such as its name on the wire. */
export type Spelled = readonly [name: string, ...spellings: string[]];

/** The option that was probably meant: by another package's name for it, else by the fewest slips. */
export function nearestOption(name: string, options: readonly Spelled[]): [name: string, slips: number] {
  const key = plain(name);
  const other = Object.hasOwn(OTHER_NAMES, key) ? OTHER_NAMES[key] : undefined;
  let best: [string, number] = ["", Infinity];
  for (const [option, ...spellings] of options) {
    if (option === other) return [option, 0];
    for (const spelling of [option, ...spellings]) {
      const count = slips(name, spelling);
      if (count < best[1]) best = [option, count];
    }
  }
  return best;
}

/** Whether two names are so near that one was meant: of three letters at most one is another. */
export function isNear(name: string, slipsOfIt: number): boolean {
  return slipsOfIt * 3 <= name.length;
}
