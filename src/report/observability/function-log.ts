/**
 * The log of the functions: Powertools for AWS Lambda behind the port. One line of JSON each on standard output, or on
 * standard error from `warn` on, as Lambda collects both; with the keys that CloudWatch knows (`level`, `timestamp`, `message`) and those of the invocation. The level comes from
 * POWERTOOLS_LOG_LEVEL or the function's own logging settings. Events are never logged: what would do that is not used.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { Log, LogFields } from '../../model/ports/log.ts';

export interface FunctionLog extends Log {
  /** Adds the request id, the function's name and whether it is a cold start to every line from now on. */
  setInvocation(context: Context): void;
}

/** Once per cold start. */
export function createFunctionLog(): FunctionLog {
  const logger = new Logger({ serviceName: 'enclosure', jsonReplacerFn: withoutCause });
  return { ...logWith(logger, {}), setInvocation: (context) => logger.addContext(context) };
}

/** Not the logger's own children: they would merge lists element by element, and not see a later invocation's context. */
function logWith(logger: Logger, bound: LogFields): Log {
  return {
    info: (fields, message) => logger.info(message, { ...bound, ...fields }),
    warn: (fields, message) => logger.warn(message, { ...bound, ...fields }),
    error: (fields, message) => logger.error(message, { ...bound, ...fields }),
    child: (fields) => logWith(logger, { ...bound, ...fields }),
  };
}

/** The logger writes out an error with all its causes, and those may hold what somebody else put there. */
function withoutCause(_key: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message } : value;
}
