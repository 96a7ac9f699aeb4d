/** The model on Fireworks that the demonstration, the benches and the pages' examples use: one that is sold, and cheap. */
export const SHOWN_MODEL = "accounts/fireworks/models/minimax-m3p1-flash";
