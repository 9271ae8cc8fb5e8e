/** A complete configuration, line by line: tests replace a line and expect the position of what they put there. */
const lines = [
  'version: 1', // 1
  'stateRoot: /enclosure', // 2
  'cacheDirectory: cache', // 3
  'allowLocalRepositories: false', // 4
  'ensembles:', // 5
  '  main:', // 6
  '    connect: zk1:2181,zk2:2181/apps', // 7
  '    sessionTimeout: 8s', // 8
  '    auth: [{ scheme: digest, credentials: { env: ZOOKEEPER_AUTH } }]', // 9
  'repositories:', // 10
  '  config:', // 11
  '    url: https://git.example/acme/config.git', // 12
  '    provider: github', // 13
  '    webhookSecret: { env: WEBHOOK_SECRET }', // 14
  '    credentials: { file: token }', // 15
  'environments:', // 16
  '  production:', // 17
  '    repository: config', // 18
  '    branch: main', // 19
  '    directory: ./environments//production/', // 20
  '    ensemble: main', // 21
  '    znode: /environments/production', // 22
  '    layout: directory', // 23
  '    prune: false', // 24
  '    maxDelete: 7', // 25
  '    unsupported: skip', // 26
  '    drift: report', // 27
  '    allowRewind: true', // 28
  '    acl: [{ scheme: world, id: anyone, permissions: cdr }]', // 29
  '  staging:', // 30
  '    repository: config', // 31
  '    branch: main', // 32
  '    ensemble: main', // 33
  '    znode: /environments/staging', // 34
];

/** The example with some lines, counted from 1, replaced; null takes a line out. */
export function example(replaced: Readonly<Record<number, string | null>> = {}): string {
  return lines
    .map((line, index) => (replaced[index + 1] === undefined ? line : replaced[index + 1]))
    .filter((line) => line !== null)
    .join('\n');
}
