/**
 * Keeps a member's znode for one session: makes it, writes its receipt whenever that changes, and makes it again where it
 * was removed. It is ephemeral, so it ends with the session by itself; the next session makes its own.
 *
 * A reply that was lost is looked for before anything is made again: a second znode would be an orphan that this very
 * session keeps alive. Fails with `name-taken` where another session holds the name for longer than its end could take,
 * with `zookeeper-denied`, and as the session does.
 */
import { EnclosureError, isEnclosureError, throwIfAborted } from '../base/enclosure-error.ts';
import type { Receipt } from '../model/member.ts';
import { escapeName, parentPath } from '../model/znode-path.ts';
import { formatReceipt, parseReceipt } from '../state/parse-receipt.ts';
import { ensureZnodes } from '../zookeeper/tree/ensure-znodes.ts';
import { orAborted } from '../base/or-aborted.ts';
import { shieldZnode } from '../zookeeper/tree/shield-znode.ts';
import type { Link } from '../zookeeper/session/link.ts';

export interface MemberZnodeOptions {
  readonly link: Link;
  /** `<members>/<name as it was asked for>`. */
  readonly requested: string;
  readonly signal: AbortSignal;
}

interface Made {
  readonly path: string;
  version: number;
}

/** A session that died is forgotten by the servers within its timeout, plus what a restart of theirs takes. */
const patienceInTimeouts = 2.5;

export class MemberZnode {
  readonly #link: Link;
  readonly #requested: string;
  readonly #sequential: boolean;
  readonly #signal: AbortSignal;
  #made: Made | undefined;

  constructor({ link, requested, signal }: MemberZnodeOptions) {
    this.#link = link;
    this.#requested = requested;
    this.#sequential = requested.endsWith('-');
    this.#signal = signal;
  }

  /** Writes the receipt, with its name as it is now; returns that name. */
  async write(receipt: Receipt): Promise<string> {
    for (;;) {
      throwIfAborted(this.#signal);
      const made = (this.#made ??= await this.#make(receipt));
      const name = made.path.slice(parentPath(made.path).length + 1);
      try {
        const data = formatReceipt({ ...receipt, name });
        const stat = await this.#link.session.setData(made.path, data, made.version);
        if (stat !== undefined) {
          made.version = stat.version;
          return name;
        }
        this.#made = undefined;
      } catch (error) {
        if (!isEnclosureError(error, 'zookeeper-connection-lost', 'conflict')) throw error;
        this.#made = await this.#own(made.path);
      }
    }
  }

  async #make(receipt: Receipt): Promise<Made> {
    const { session } = this.#link;
    for (;;) {
      throwIfAborted(this.#signal);
      try {
        const kind = { ephemeral: true, sequential: this.#sequential };
        const path = await session.create(this.#requested, formatReceipt(receipt), kind);
        return await this.#shielded({ path, version: 0 });
      } catch (error) {
        if (!isEnclosureError(error, 'zookeeper-connection-lost', 'conflict')) throw error;
        const found = this.#sequential ? await this.#find() : await this.#own(this.#requested);
        if (found !== undefined) return await this.#shielded(found);
        if (isEnclosureError(error, 'conflict')) await this.#makeRoom();
      }
    }
  }

  /** After a create that was refused: either the members' znode is missing, or somebody has the name. */
  async #makeRoom(): Promise<void> {
    const { session } = this.#link;
    const holder = await session.watch(this.#requested);
    if (holder === undefined) {
      const parent = parentPath(this.#requested);
      if ((await session.exists(parent)) === undefined) {
        await ensureZnodes(await this.#link.channel(), [parent]);
      }
      return;
    }
    const patience = AbortSignal.timeout(session.timeoutMs * patienceInTimeouts);
    try {
      await orAborted(holder.fired, AbortSignal.any([patience, this.#signal]));
    } catch (error) {
      throwIfAborted(this.#signal);
      throw patience.aborted ? taken(this.#requested, holder.data) : error;
    }
  }

  async #shielded(made: Made): Promise<Made> {
    const channel = await this.#link.channel();
    await shieldZnode(this.#link.session, channel, parentPath(made.path), made.path);
    return made;
  }

  /** A znode at this path that belongs to this session. */
  async #own(path: string): Promise<Made | undefined> {
    const stat = await this.#link.session.exists(path);
    if (stat?.ephemeralOwner !== this.#link.session.id) return undefined;
    return { path, version: stat.version };
  }

  /** The znode that this session made under a name with a number. */
  async #find(): Promise<Made | undefined> {
    const { session } = this.#link;
    const parent = parentPath(this.#requested);
    // After a reconnect it may be another server that answers, and one that has not heard of the create yet.
    await session.sync(parent);
    for (const name of (await session.getChildren(parent)) ?? []) {
      const path = `${parent}/${name}`;
      const rest = path.startsWith(this.#requested) ? path.slice(this.#requested.length) : '';
      const own = /^\d{10}$/.test(rest) ? await this.#own(path) : undefined;
      if (own !== undefined) return own;
    }
    return undefined;
  }
}

function taken(path: string, data: Uint8Array): EnclosureError {
  const holder = parseReceipt(data);
  const who = holder === undefined ? '' : `: ${holder.host}, pid ${holder.pid}, since ${holder.joined}`;
  return new EnclosureError('name-taken', 'another member has this name', {
    where: escapeName(path),
    found: `a living session holds it${escapeName(who)}`,
    next: 'End that instance, give this one another name, or end the name in "-", which appends a number.',
  });
}
