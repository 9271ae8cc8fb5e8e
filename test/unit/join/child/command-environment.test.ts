import { expect, test } from 'vitest';
import { commandEnvironment } from '../../../../src/join/child/command-environment.ts';
import { configOf } from '../../../../src/agent/config-of.ts';
import { makeRevisionTree } from '../../../../src/agent/reading/revision-tree.ts';

const facts = { environment: 'production', znode: '/p', revision: 12, commit: 'c'.repeat(40) };
const snapshot = makeRevisionTree(facts, []);

test('a command is told what was joined, beside what it inherits', () => {
  const config = configOf(snapshot, false);
  const env = commandEnvironment(
    { PATH: '/bin' },
    { config, member: 'web-3', directory: '/run/app/current' },
  );
  expect(env).toEqual({
    PATH: '/bin',
    ENCLOSURE_ENVIRONMENT: 'production',
    ENCLOSURE_REVISION: '12',
    ENCLOSURE_COMMIT: 'c'.repeat(40),
    ENCLOSURE_DIGEST: snapshot.digest,
    ENCLOSURE_DIRECTORY: '/run/app/current',
    ENCLOSURE_MEMBER: 'web-3',
    ENCLOSURE_STALE: 'false',
  });
});

test('what is not known is empty, and nothing is left of an agent around this one', () => {
  const unmanaged = configOf(makeRevisionTree({ ...facts, revision: null, commit: null }, []), true);
  const outer = { ENCLOSURE_DIRECTORY: '/other', ENCLOSURE_REVISION: '3' };
  const env = commandEnvironment(outer, { config: unmanaged, member: 'a', directory: undefined });
  expect(env).toMatchObject({ ENCLOSURE_REVISION: '', ENCLOSURE_COMMIT: '', ENCLOSURE_STALE: 'true' });
  expect(env).not.toHaveProperty('ENCLOSURE_DIRECTORY');
});
