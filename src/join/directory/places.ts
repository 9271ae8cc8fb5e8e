/** Where everything lies below the directory, and how it is named. Pure. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

export interface Places {
  readonly root: string;
  /** The symbolic link that applications read through. */
  readonly current: string;
  readonly versions: string;
  /** What is ours alone. */
  readonly own: string;
  readonly owner: string;
  readonly lock: string;
}

export function placesIn(root: string): Places {
  const own = join(root, '.enclosure');
  return {
    root,
    current: join(root, 'current'),
    versions: join(root, versionsName),
    own,
    owner: join(own, 'owner.json'),
    lock: join(own, 'lock'),
  };
}

/** The random part keeps one name from ever standing for two contents: a revision may be written more than once. */
export function newVersionName(revision: number | null): string {
  return `${revision ?? 'unmanaged'}-${randomPart()}`;
}

export function isVersionName(name: string): boolean {
  return /^(?:\d+|unmanaged)-[0-9a-f]{12}$/u.test(name);
}

/** For what is not whole yet. It is renamed when it is; one that is found later was left by a process that died. */
export function newPartialName(of: '.current' | 'lock' | 'owner' | 'probe'): string {
  return partialName(`${of}-${randomPart()}`);
}

export function partialName(name: string): string {
  return `${name}.partial`;
}

export function isPartialName(name: string): boolean {
  return /^(?:\.current|lock|owner|probe|\d+|unmanaged)-[0-9a-f]{12}\.partial$/u.test(name);
}

/** What `current` holds. Relative: the directory may be mounted elsewhere for the application. */
export function linkTo(version: string): string {
  return `${versionsName}/${version}`;
}

/** The version that a link like ours leads to; undefined of any other link. */
export function versionOf(target: string): string | undefined {
  const [folder, version, ...more] = target.split('/');
  if (folder !== versionsName || version === undefined || more.length > 0) return undefined;
  return isVersionName(version) ? version : undefined;
}

const versionsName = '.versions';
const randomPart = (): string => randomBytes(6).toString('hex');
