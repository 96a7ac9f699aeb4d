/**
 * The token formula and the prices of MetaGPT, by which its users' older figures were made.
 * @module langchain-metered/origin
 */
export { originReplyTokenCount, originTokenCount } from "./usage/origin/formula.js";
export { METAGPT_2023_GRADES } from "./pricing/tables/metagpt_2023.js";
