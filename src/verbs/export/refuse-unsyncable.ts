/**
 * Znodes that no file can stand for: git refuses the name, or a sync would not make a znode of it. Pure; fails with
 * `name-unholdable`, naming them.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import { baseName, escapeName } from '../../model/znode-path.ts';

const named = 20;

/** What a sync does with files of these names. */
const notSynced: Readonly<Record<string, string>> = {
  '.znode': "a sync takes it for its directory's own data",
  '.gitkeep': 'a sync leaves it out',
  '.gitignore': 'a sync leaves it out',
  '.gitattributes': 'a sync leaves it out',
  '.enclosureignore': 'a sync leaves it out',
};

/** With what Windows takes for the same name, which git refuses everywhere. */
const gitDirectory = /^(?:\.git|git~1)[. ]*(?::.*)?$/i;

export function refuseUnsyncable(paths: Iterable<string>): void {
  const problems: string[] = [];
  let first: string | undefined;
  for (const path of paths) {
    const reason = reasonAgainst(baseName(path));
    if (reason === undefined) continue;
    first ??= path;
    problems.push(`"${escapeName(path)}": ${reason}`);
  }
  if (first === undefined) return;
  const more = problems.length > named ? `; and ${problems.length - named} more` : '';
  throw new EnclosureError('name-unholdable', 'a repository cannot hold these znodes as files', {
    where: escapeName(first),
    expected: 'names that git takes and that a sync makes znodes of',
    found: problems.slice(0, named).join('; ') + more,
    next: 'Rename or delete these znodes, or export the trees beside them.',
  });
}

function reasonAgainst(name: string): string | undefined {
  if (gitDirectory.test(name)) return 'git refuses this name';
  return Object.hasOwn(notSynced, name) ? notSynced[name] : undefined;
}
