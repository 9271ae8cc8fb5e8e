/**
 * Pairs what should be with what is, one znode at a time, and keeps what the guards will ask about. Pure: the full and
 * the fast comparison feed it, nothing here reads or writes.
 */
import type { DesiredZnode } from '../../model/desired-tree.ts';
import type { DriftPolicy } from '../../model/environment.ts';
import type { LiveZnode } from '../../model/live-tree.ts';
import type { Drift, Step } from '../../model/plan.ts';
import { parentOf } from '../../model/znode-path.ts';

export interface Draft {
  /** Creates and updates in the order they were asked for (parents first), then deletes, children first. */
  readonly steps: readonly Step[];
  readonly drift: readonly Drift[];
  /** Desired znodes that need no step. */
  readonly unchanged: number;
  /** Owned znodes that are no longer desired and stay, because pruning is off. */
  readonly strays: readonly string[];
  /** Desired paths at which somebody's ephemeral znode lives. */
  readonly ephemeral: readonly string[];
  /** Desired paths at which a znode with other data lives that we never wrote. */
  readonly notOwned: readonly string[];
}

export interface DraftPolicy {
  readonly prune: boolean;
  readonly drift: DriftPolicy;
  /**
   * Whether the live tree is known to have equalled the applied commit once. After a run that died half-way it is not,
   * a difference is then no drift, and everything is brought to the desired tree.
   */
  readonly settled: boolean;
}

export class DraftBuilder {
  readonly #policy: DraftPolicy;
  readonly #writes: Step[] = [];
  readonly #deletes: Step[] = [];
  readonly #drift: Drift[] = [];
  readonly #strays: string[] = [];
  readonly #ephemeral: string[] = [];
  readonly #notOwned: string[] = [];
  /** Missing znodes that are only reported; created after all when something is created below them. */
  readonly #withheld = new Map<string, DesiredZnode>();
  #unchanged = 0;

  constructor(policy: DraftPolicy) {
    this.#policy = policy;
  }

  /**
   * A znode that should be.
   * @param before what the applied commit says of it; undefined when it says nothing
   * @param owned whether we wrote it once, as far as git can tell
   */
  want(
    path: string,
    want: DesiredZnode,
    have: LiveZnode | undefined,
    before: DesiredZnode | undefined,
    owned: boolean,
  ): void {
    if (have === undefined) this.#wantMissing(path, want, before);
    else if (have.ephemeral) this.#ephemeral.push(path);
    else if (have.content === want.content) this.#unchanged += 1;
    else this.#wantOther(path, want, have, before, owned);
  }

  /** An owned znode that should no longer be. */
  drop(path: string, have: LiveZnode | undefined, before: DesiredZnode | undefined): void {
    // Whoever made an ephemeral znode where ours was removed ours first: it is theirs.
    if (have === undefined || have.ephemeral) return;
    if (!this.#policy.prune) {
      this.#strays.push(path);
      return;
    }
    this.#noteDrift(path, have, before);
    this.#deletes.push({
      action: 'delete',
      path,
      bytes: have.size,
      version: have.version,
      previous: have.content,
    });
  }

  finish(): Draft {
    // Sorting by path puts parents before children, so the reverse deletes children first.
    const deletes = this.#deletes.toSorted((one, other) => (one.path < other.path ? 1 : -1));
    return {
      steps: [...this.#writes, ...deletes],
      drift: this.#drift,
      unchanged: this.#unchanged,
      strays: this.#strays,
      ephemeral: this.#ephemeral,
      notOwned: this.#notOwned,
    };
  }

  #wantMissing(path: string, want: DesiredZnode, before: DesiredZnode | undefined): void {
    const drifted = this.#policy.settled && before !== undefined;
    if (drifted) this.#drift.push({ path, kind: 'missing' });
    if (drifted && before.content === want.content && this.#policy.drift === 'report') {
      this.#withheld.set(path, want);
      return;
    }
    this.#createWithParents(path, want);
  }

  #createWithParents(path: string, want: DesiredZnode): void {
    const parent = parentOf(path);
    const withheld = parent === undefined ? undefined : this.#withheld.get(parent);
    if (parent !== undefined && withheld !== undefined) {
      this.#withheld.delete(parent);
      this.#createWithParents(parent, withheld);
    }
    this.#writes.push({ action: 'create', path, content: want.content, bytes: want.size });
  }

  #wantOther(
    path: string,
    want: DesiredZnode,
    have: LiveZnode,
    before: DesiredZnode | undefined,
    owned: boolean,
  ): void {
    this.#noteDrift(path, have, before);
    if (this.#policy.settled && before?.content === want.content && this.#policy.drift === 'report') return;
    if (!owned) this.#notOwned.push(path);
    this.#writes.push({
      action: 'update',
      path,
      content: want.content,
      bytes: want.size,
      version: have.version,
      previous: have.content,
    });
  }

  #noteDrift(path: string, have: LiveZnode, before: DesiredZnode | undefined): void {
    if (this.#policy.settled && before !== undefined && before.content !== have.content)
      this.#drift.push({ path, kind: 'changed' });
  }
}
