/**
 * Whose snapshots a directory holds. An agent that is given the directory of another environment by mistake must not put
 * its files in the place of what another application runs on. Fails with `directory-taken`, naming both.
 */
import { join } from 'node:path';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { fieldsOf, isText, parseJson } from '../../base/parse-json.ts';
import { escapeName } from '../../model/znode-path.ts';
import { parseConnectString, serverName } from '../../zookeeper/wire/connect-string.ts';
import { createFile, readText, syncPath, type Disk } from '../../files/disk.ts';
import { newPartialName, type Places } from './places.ts';
import { makeWhole } from '../../files/make-whole.ts';

export interface DirectoryOwner {
  readonly environment: string;
  /** The connect string. */
  readonly ensemble: string;
  readonly stateRoot: string;
}

/** Before anything is changed. */
export async function checkOwner(places: Places, owner: DirectoryOwner, disk: Disk): Promise<void> {
  const text = await readText(places.owner, disk);
  if (text === undefined) return;
  const found = parse(text);
  if (found !== undefined && isSame(found, owner)) return;
  throw new EnclosureError('directory-taken', 'the directory belongs to another environment', {
    where: places.root,
    expected: describe(owner),
    found: found === undefined ? `a file ${places.owner} that cannot be read` : describe(found),
    next: `Name another directory. If the environment has moved, remove ${places.owner}.`,
  });
}

/** Writes down whose it is. The caller holds the lock. */
export async function claimDirectory(places: Places, owner: DirectoryOwner, disk: Disk): Promise<void> {
  await checkOwner(places, owner, disk);
  const { environment, ensemble, stateRoot } = owner;
  const text = `${JSON.stringify({ format: 1, environment, ensemble, stateRoot })}\n`;
  if ((await readText(places.owner, disk)) === text) return;
  // Half of it would keep everybody out.
  await makeWhole({
    beside: join(places.own, newPartialName('owner')),
    path: places.owner,
    make: (beside) => createFile(beside, text, 0o600, disk),
    disk,
  });
  await syncPath(places.own, disk);
}

function parse(text: string): DirectoryOwner | undefined {
  const { format, environment, ensemble, stateRoot } = fieldsOf(parseJson(Buffer.from(text))) ?? {};
  if (format !== 1 || !isText(environment) || !isText(ensemble) || !isText(stateRoot)) return undefined;
  return { environment, ensemble, stateRoot };
}

function isSame(one: DirectoryOwner, other: DirectoryOwner): boolean {
  return (
    one.environment === other.environment &&
    one.stateRoot === other.stateRoot &&
    isSameEnsemble(one.ensemble, other.ensemble)
  );
}

/** One server in common is enough: servers come and go, and the ensemble stays the same. */
function isSameEnsemble(one: string, other: string): boolean {
  if (one === other) return true;
  const [ours, theirs] = [parseConnectString(one), parseConnectString(other)];
  const names = new Set(ours.servers.map(serverName));
  return ours.chroot === theirs.chroot && theirs.servers.some((server) => names.has(serverName(server)));
}

function describe({ environment, ensemble, stateRoot }: DirectoryOwner): string {
  return `environment ${escapeName(environment)} of ${escapeName(ensemble)}, state below ${escapeName(stateRoot)}`;
}
