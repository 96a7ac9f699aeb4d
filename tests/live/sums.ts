const sums = [
  { question: "2+2?", thought: "Two and two make four.", answer: "4" },
  { question: "3+3?", thought: "Three and three make six.", answer: "6" },
  { question: "5+5?", thought: "Five and five make ten.", answer: "10" },
];

/** Turns with short thoughts and a question, on the OpenAI-compatible wire: shown these, the model ends its own thought. */
export function wireSumTurns(): object[] {
  const turns = sums.flatMap(({ question, thought, answer }) => [
    { role: "user", content: question },
    { role: "assistant", reasoning_content: thought, content: answer },
  ]);
  return [...turns, { role: "user", content: "4+4?" }];
}
