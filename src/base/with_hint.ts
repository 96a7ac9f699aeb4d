/** The same error with one sentence more, before the line with which LangChain ends its message. */
export function withHint(error: Error, hint: string): Error {
  error.message = error.message.replace(/(?=\n\nTroubleshooting URL|$)/, () => ` ${hint}`);
  return error;
}
