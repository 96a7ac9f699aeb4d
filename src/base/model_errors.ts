/** The errors that calls of the chat models throw: every entry point of a model has them. */
export {
  BudgetExceededError,
  BudgetUnavailableError,
  CallTimeoutError,
  ConfigurationError,
  ConnectionError,
  ContextWindowError,
  MeteredError,
  ResponseTooLargeError,
  ServerError,
  StreamTruncatedError,
  StructuredOutputError,
  type BudgetExceededErrorFields,
  type ConnectionErrorFields,
  type MeteredErrorFields,
  type ResponseTooLargeErrorFields,
  type ServerErrorFields,
} from "./errors.js";
