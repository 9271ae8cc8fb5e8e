/** What an application said of its connection, with the defaults. */
import type { SessionOptions } from '../model/session.ts';
import type { ConnectOptions } from './membership.ts';

const defaultSessionTimeoutMs = 10_000;

export function connectionOf(
  { connect, auth = [], sessionTimeoutMs }: Pick<ConnectOptions, 'connect' | 'auth' | 'sessionTimeoutMs'>,
  signal: AbortSignal,
): SessionOptions {
  return { connect, auth, sessionTimeoutMs: sessionTimeoutMs ?? defaultSessionTimeoutMs, signal };
}
