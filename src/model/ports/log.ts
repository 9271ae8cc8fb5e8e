/**
 * What a part of Enclosure needs of a log: structured fields and a sentence. Which library writes it, and where to, is
 * the entry's business. Fields hold no secret, no payload and no file content; a `Secret` prints as `[secret]`.
 */
export type LogFields = Readonly<Record<string, unknown>> & {
  // The log's own. One library would drop such a field, another would write the key twice.
  readonly [Key in 'level' | 'timestamp' | 'message' | 'service' | 'sampling_rate']?: never;
};

export interface Log {
  info(fields: LogFields, message: string): void;
  /** Something that a person should look at, although the work goes on: a refusal, a retry, drift. */
  warn(fields: LogFields, message: string): void;
  /** Something that failed for good. */
  error(fields: LogFields, message: string): void;
  /** A log that adds these fields to every line. */
  child(fields: LogFields): Log;
}
