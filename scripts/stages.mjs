/**
 * The order of the source's folders: imports lead only from a later one to an earlier one. The import test holds it
 * (`test/unit/project/imports.test.ts`), and CONTRIBUTING.md shows it: `node scripts/stages.mjs` writes its table there,
 * `--check` only compares, and exits with 1 when they differ. A folder that is not listed belongs to the one above it.
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @type {readonly { readonly folder: string, readonly does: string }[]} */
export const stages = [
  { folder: 'src/base', does: 'what has no word of the domain: errors, abort, secrets' },
  { folder: 'src/model', does: 'the words and the ports: types and total functions' },
  { folder: 'src/files', does: 'files on disk: written whole, locked, named where names fold' },
  { folder: 'src/aws', does: 'requests to AWS' },
  { folder: 'src/zookeeper/wire', does: 'the wire protocol, without sockets, and the connection' },
  { folder: 'src/zookeeper/channel', does: 'bulk reads and transactions' },
  { folder: 'src/zookeeper/session', does: 'who is alive: sessions, ephemerals, watches' },
  { folder: 'src/zookeeper/tree', does: 'reading and preparing trees of znodes' },
  { folder: 'src/git', does: 'git: processes, objects, trees, commits, remotes, the local copy' },
  { folder: 'src/config', does: '`enclosure.yaml` and the environment of the process' },
  { folder: 'src/cache', does: 'the bulk call cache, `enclosure/cache`' },
  { folder: 'src/state', does: 'what Enclosure keeps in ZooKeeper: state, records, holds, receipts' },
  { folder: 'src/sync/open', does: 'a push: open what the run needs' },
  { folder: 'src/sync/lock', does: 'a push: take the lock, raise the fence' },
  { folder: 'src/sync/hold', does: 'a push: meet a hold, or place one' },
  { folder: 'src/sync/target', does: 'a push: find the commit' },
  { folder: 'src/sync/desired', does: 'a push: what the znodes should be' },
  { folder: 'src/sync/plan', does: 'a push: compare, guard, and make the plan' },
  { folder: 'src/sync/apply', does: 'a push: apply in fenced transactions, and record' },
  { folder: 'src/sync', does: 'a push from beginning to end: `sync.ts`' },
  { folder: 'src/verbs', does: 'what else one asks of an environment, a file or a folder each' },
  { folder: 'src/agent', does: "the application's side, `enclosure/agent`" },
  { folder: 'src/report', does: 'the way out: JSON documents, notes, log, metrics' },
  { folder: 'src/enclosure', does: 'wires the real parts together' },
  { folder: 'src/intake', does: 'the way in: webhook, queue, worker' },
  { folder: 'src/terminal', does: 'what a terminal shows: style, amounts, errors, progress' },
  { folder: 'src/join', does: "`enclosure join`: the agent's revisions as files and a child process" },
  { folder: 'src/serve', does: 'entry: one process with an HTTP server' },
  { folder: 'src/lambda', does: 'entry: the handlers of the functions' },
  { folder: 'src/cli', does: 'entry: the command line' },
  { folder: 'functions', does: 'entry: what AWS calls' },
];

/** The place of a file in the order, -1 for one that has none. */
export function stageOf(path) {
  const longest = stages
    .filter(({ folder }) => path.startsWith(`${folder}/`))
    .toSorted((one, other) => other.folder.length - one.folder.length)[0];
  return longest === undefined ? -1 : stages.indexOf(longest);
}

const marks = ['<!-- stages: made by scripts/stages.mjs -->', '<!-- end of stages -->'];

function withTable(text) {
  const [before, rest] = text.split(marks[0]);
  const after = rest?.split(marks[1])[1];
  if (after === undefined) throw new Error(`CONTRIBUTING.md lacks the marks ${marks.join(' and ')}`);
  const cells = [['folder', 'does'], ...stages.map(({ folder, does }) => [`\`${folder}\``, does])];
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const table = [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
  return `${before}${marks[0]}\n\n${table}\n\n${marks[1]}${after}`;
}

if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) {
  const file = join(resolve(dirname(fileURLToPath(import.meta.url)), '..'), 'CONTRIBUTING.md');
  const text = readFileSync(file, 'utf8');
  const wanted = withTable(text);
  if (!process.argv.includes('--check')) writeFileSync(file, wanted);
  else if (text !== wanted) {
    process.stderr.write('the table of stages in CONTRIBUTING.md is old: run node scripts/stages.mjs\n');
    process.exitCode = 1;
  }
}
