/** What an application sees of Enclosure. Values only; `index.ts` exports them. */
import type { EnclosureError } from '../base/enclosure-error.ts';
import type { GivenConnection } from '../model/connection-options.ts';
import type { Member } from '../model/member.ts';

/** One revision of an environment's configuration. Never changes. */
export interface Config {
  readonly environment: string;
  /** Null of a tree that Enclosure does not manage; so is `commit`. */
  readonly revision: number | null;
  readonly commit: string | null;
  /** Equal exactly where paths and bytes are equal: SHA-256, lower-case hexadecimal. */
  readonly digest: string;
  /** It was kept from an earlier run, and ZooKeeper has not been asked yet whether there is a newer one. */
  readonly stale: boolean;
  /** The bytes of a znode, a copy; undefined where there is no such znode. Paths are relative to the root znode: `app/db.json`. */
  get(path: string): Buffer | undefined;
  /** The same as text, UTF-8. */
  text(path: string): string | undefined;
  /** What the text says; fails with `configuration-invalid`, naming the file, where it is no JSON. */
  json(path: string): unknown;
  /** YAML 1.2 without custom tags; fails with `configuration-invalid`, naming the file, where it is none. */
  yaml(path: string): unknown;
  /** The paths of all that hold data, and of those without children, sorted. */
  files(): readonly string[];
}

/** From one revision to another. Revisions that came and went while the application was busy are left out. */
export interface ConfigChange {
  readonly before: Config;
  readonly after: Config;
  /** Paths, sorted. A znode without data counts as well. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What happens to a membership, for a log. */
export type AgentEvent =
  /** The znode was made, for the first time or again after the session ended. */
  | { readonly type: 'joined'; readonly name: string; readonly again: boolean }
  /** A revision is in use. */
  | { readonly type: 'applied'; readonly config: Config }
  | { readonly type: 'rejected'; readonly config: Config; readonly reason: string }
  /** Something failed that will be tried again. */
  | { readonly type: 'problem'; readonly error: EnclosureError };

export interface ConnectOptions extends GivenConnection {
  readonly environment: string;
  /** Default `/enclosure`. */
  readonly stateRoot?: string;
  /**
   * The tree to read while Enclosure has not deployed the environment yet. Without it joining such an environment fails.
   * Once there is a state, that is what counts.
   */
  readonly znode?: string;
  /** How long the ensemble keeps a member that is silent; default 10 s. */
  readonly sessionTimeoutMs?: number;
  /** How long to try for the first revision; default 30 s. With one in `cacheDirectory`, a third of it. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface JoinOptions extends ConnectOptions {
  /** Of the member. One that ends in `-` gets a number from ZooKeeper appended. */
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Any JSON; shown to whoever reads the members. */
  readonly data?: unknown;
  /** Where the last good revision is kept, so that the application starts while ZooKeeper is away. */
  readonly cacheDirectory?: string;
  /**
   * Has a veto: when it throws, or returns false, the revision is not used, and the receipt says why. Called for the first
   * tree as well. A retryable `EnclosureError` has it called again later.
   */
  readonly validate?: (config: Config, signal: AbortSignal) => unknown;
  /** Called after a revision came into use, one call at a time; the receipt is written when it is done. */
  readonly onChange?: (change: ConfigChange, signal: AbortSignal) => unknown;
  readonly onEvent?: (event: AgentEvent) => void;
  /** A new revision is looked at after a random part of this, so that many members do not all react at once; default 0. */
  readonly splayMs?: number;
}

export interface Membership {
  /** As ZooKeeper has it: with its number where the name ended in `-`. Until the first connection, as it was asked for. */
  readonly name: string;
  /** What is in use now. */
  readonly config: Config;
  /** Every change from now on, until `leave`. Slow readers get several in one. */
  changes(): AsyncIterableIterator<ConfigChange>;
  members(): Promise<readonly Member[]>;
  /** Removes the member at once and ends everything; never fails. Waits for a running callback. */
  leave(): Promise<void>;
}
