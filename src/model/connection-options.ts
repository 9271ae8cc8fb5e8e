/** How to connect to an ensemble: one type, which everything that opens a connection takes, or extends. */

/** An identity that a session presents to the servers. */
export interface Identity<Credentials = string> {
  readonly scheme: string;
  readonly credentials: Credentials;
}

export interface ConnectionOptions<Credentials = string> {
  /** `host:port,host:port/chroot`, as ZooKeeper's own clients take it. */
  readonly connect: string;
  readonly auth: readonly Identity<Credentials>[];
  /** What to ask for; the servers have bounds of their own. */
  readonly sessionTimeoutMs: number;
}

/** The same for one opening: how long to try. */
export interface OpenOptions extends ConnectionOptions {
  /** For all servers together. Default: the session timeout for a channel, 15 s for a session. */
  readonly connectTimeoutMs?: number;
  /** Ends the opening; what is open is ended by `close`. */
  readonly signal?: AbortSignal;
}

/** What an application says of it, with a default for everything but the servers. */
export type GivenConnection = Pick<ConnectionOptions, 'connect'> & Partial<ConnectionOptions>;

const defaultSessionTimeoutMs = 10_000;

/** Of what else an application says nothing is taken over. */
export function connectionOf({
  connect,
  auth = [],
  sessionTimeoutMs = defaultSessionTimeoutMs,
}: GivenConnection): ConnectionOptions {
  return { connect, auth, sessionTimeoutMs };
}
