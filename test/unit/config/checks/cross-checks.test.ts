import { expect, test } from 'vitest';
import { example } from '../example.ts';
import { problemsOf } from '../problems-of.ts';

test.each<[title: string, replaced: Record<number, string | null>, problem: string]>([
  [
    'the reserved name cache',
    { 17: '  cache:' },
    '17:3 | environments.cache | expected another name | found "cache", which is reserved below stateRoot',
  ],
  [
    'a session timeout that is too short',
    { 8: '    sessionTimeout: 20ms' },
    '8:21 | ensembles.main.sessionTimeout | expected a duration from 500ms to 10m | found "20ms"',
  ],
  [
    'a connect string that is none',
    { 7: '    connect: "zk1:99999"' },
    '7:14 | ensembles.main.connect | expected servers as host:port, with an IPv6 address in brackets | found zk1:99999',
  ],
  [
    'a repository that is not there',
    { 18: '    repository: confgi' },
    '18:17 | environments.production.repository | expected the name of a repository: config | found "confgi"',
  ],
  [
    'an ensemble that is not there',
    { 21: '    ensemble: mian' },
    '21:15 | environments.production.ensemble | expected the name of an ensemble: main | found "mian"',
  ],
  [
    'a directory that leads out of the repository',
    { 20: '    directory: a/../../b' },
    '20:16 | environments.production.directory | expected a directory below the root of the repository, without leading slash, `..` and control characters | found "a/../../b"',
  ],
  [
    'a directory with a leading slash',
    { 20: '    directory: /etc' },
    '20:16 | environments.production.directory | expected a directory below the root of the repository, without leading slash, `..` and control characters | found "/etc"',
  ],
  [
    'a root znode that is no path',
    { 22: '    znode: environments' },
    '22:12 | environments.production.znode | expected an absolute znode path | found "environments": it does not begin with a slash',
  ],
  [
    'the root / as an environment',
    { 22: '    znode: /' },
    '22:12 | environments.production.znode | expected a znode below / | found "/"',
  ],
  [
    'F36: an environment inside /zookeeper',
    { 22: '    znode: /zookeeper/config' },
    `22:12 | environments.production.znode | expected a znode outside /zookeeper, which is the server's own | found "/zookeeper/config"`,
  ],
  [
    'F36: a chroot that leads into /zookeeper',
    { 7: '    connect: zk1:2181/zookeeper', 34: '    znode: /environments/staging', 30: '  staging:' },
    `22:12 | environments.production.znode | expected a znode outside /zookeeper, which is the server's own | found "/zookeeper/environments/production", counting the chroot`,
  ],
  [
    'F36: an environment inside stateRoot',
    { 22: '    znode: /enclosure/production/lock' },
    '22:12 | environments.production.znode | expected a tree of its own in its ensemble | found "/apps/enclosure/production/lock", which overlaps "/apps/enclosure" (stateRoot)',
  ],
  [
    'F36: an environment that contains stateRoot',
    { 2: 'stateRoot: /environments/production/state' },
    '22:12 | environments.production.znode | expected a tree of its own in its ensemble | found "/apps/environments/production", which overlaps "/apps/environments/production/state" (stateRoot)',
  ],
  ['stateRoot as /', { 2: 'stateRoot: /' }, '2:12 | stateRoot | expected a znode below / | found "/"'],
  [
    'F25: two environments with one root',
    { 34: '    znode: /environments/production' },
    '34:12 | environments.staging.znode | expected a tree of its own in its ensemble | found "/apps/environments/production", which overlaps "/apps/environments/production" (the environment production)',
  ],
  [
    'an environment inside another one',
    { 34: '    znode: /environments/production/sub' },
    '34:12 | environments.staging.znode | expected a tree of its own in its ensemble | found "/apps/environments/production/sub", which overlaps "/apps/environments/production" (the environment production)',
  ],
  [
    'F43: a URL that runs a command',
    { 12: '    url: "ext::sh -c id"' },
    '12:10 | repositories.config.url | expected a URL without spaces, backslashes and control characters | found "ext::sh -c id"',
  ],
  [
    'F43: a local repository where they are not allowed',
    { 12: '    url: file:///srv/config.git' },
    '12:10 | repositories.config.url | expected https or ssh | found "file:///srv/config.git"',
  ],
  [
    'F47: a URL with credentials, which are not repeated',
    { 12: '    url: https://user:hunter2@git.example/config.git' },
    '12:10 | repositories.config.url | expected a URL without user name and password | found a string',
  ],
  [
    'shared fetches in an ensemble that is not there',
    { 4: 'snapshotCache:\n  ensemble: mian\n  level2: { directory: shared }' },
    '5:13 | snapshotCache.ensemble | expected the name of an ensemble: main | found "mian"',
  ],
  [
    'shared fetches that keep nothing',
    { 4: 'snapshotCache:\n  ensemble: main\n  level2: { directory: shared }\n  ttl: 0s' },
    '7:8 | snapshotCache.ttl | expected a duration from 1s to 720h | found "0s"',
  ],
  [
    'shared fetches that are waited for too long',
    { 4: 'snapshotCache:\n  ensemble: main\n  level2: { directory: shared }\n  timeout: 1h' },
    '7:12 | snapshotCache.timeout | expected a duration from 1s to 10m | found "1h"',
  ],
  [
    'F42: a branch that git would read as an option',
    { 19: '    branch: --upload-pack=id' },
    '19:13 | environments.production.branch | expected a branch name as git takes it, without refs/heads/ | found "--upload-pack=id": it begins with a hyphen',
  ],
])('%s is refused with its place', (_title, replaced, problem) => {
  expect(problemsOf(example(replaced))).toContain(problem);
  expect(problemsOf(example(replaced)).join()).not.toContain('hunter2');
});

test('two names for the same servers are one ensemble, counting their chroots', () => {
  const text = example({
    9: '  other:\n    connect: ZK2:2181',
    33: '    ensemble: other',
    34: '    znode: /apps/environments',
  });
  expect(problemsOf(text)).toEqual([
    '35:12 | environments.staging.znode | expected a tree of its own in its ensemble | found "/apps/environments", which overlaps "/apps/environments/production" (the environment production)',
  ]);
});

test('an environment may not contain the bookkeeping of another ensemble on the same servers', () => {
  const text = example({
    9: '  other:\n    connect: zk1:2181',
    33: '    ensemble: other',
    34: '    znode: /apps/enclosure/x',
  });
  expect(problemsOf(text)).toEqual([
    '35:12 | environments.staging.znode | expected a tree of its own in its ensemble | found "/apps/enclosure/x", which overlaps "/apps/enclosure" (stateRoot)',
  ]);
});

test('the same root in two ensembles is none of their business', () => {
  const text = example({
    9: '  other:\n    connect: zk9:2181/apps',
    33: '    ensemble: other',
    34: '    znode: /environments/production',
  });
  expect(problemsOf(text)).toEqual([]);
});
