import type { Environment } from '../model/environment.ts';
import { joinPath } from '../model/znode-path.ts';

/** Where an environment's bookkeeping lies. */
export interface StatePaths {
  /** The state itself; agents watch it, so it is written only when a deployment starts or ends. */
  readonly state: string;
  readonly lock: string;
  readonly history: string;
  readonly members: string;
  /** There while the environment is held. */
  readonly hold: string;
}

export function statePaths(environment: Pick<Environment, 'name' | 'stateRoot'>): StatePaths {
  const state = joinPath(environment.stateRoot, environment.name);
  return {
    state,
    lock: `${state}/lock`,
    history: `${state}/history`,
    members: `${state}/members`,
    hold: `${state}/hold`,
  };
}

/** The name of a revision's record: ten digits, so that the names sort as the numbers do. */
export function recordName(revision: number): string {
  return String(revision).padStart(10, '0');
}

/** The revision of a record's name, or undefined for a foreign child of the history. */
export function recordRevision(name: string): number | undefined {
  return /^\d{10}$/.test(name) ? Number(name) : undefined;
}

/** The name of the `number`th hold or resumption while a revision was applied: it sorts after the revision's record. */
export function eventName(revision: number, number: number): string {
  return `${recordName(revision)}-${String(number).padStart(4, '0')}`;
}

/** What `eventName` made the name from, or undefined for any other child of the history. */
export function eventPlace(name: string): { readonly revision: number; readonly number: number } | undefined {
  const [, revision, number] = /^(\d{10})-(\d{4,9})$/.exec(name) ?? [];
  return revision === undefined ? undefined : { revision: Number(revision), number: Number(number) };
}
