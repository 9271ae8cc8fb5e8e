/**
 * The contestant on Node: reads the whole tree through `node-zookeeper-client`, pipelined, and writes what differs from git's
 * in transactions. As its siblings on kazoo: no lock, no fence, no guard. Whatever fails ends it with exit code 1.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { parseArgs, promisify } from 'node:util';
import zookeeper from 'node-zookeeper-client';

const reads = 1000;
const transactions = { inFlight: 4, operations: 500, bytes: 900_000 };
const nothing = Buffer.alloc(0);

const words = ['connect', 'url', 'clone', 'branch', 'root'];
const { values: options } = parseArgs({
  options: {
    ...Object.fromEntries(words.map((name) => [name, { type: 'string', default: '' }])),
    'no-fetch': { type: 'boolean', default: false },
  },
});
const [connect, url, clone, branch, root] = words.map((name) => {
  const value = String(options[name]);
  if (value === '') throw new Error(`expected a value for --${name}; found none`);
  return value;
});

const client = zookeeper.createClient(connect, { sessionTimeout: 30_000 });
await synchronise();

async function synchronise() {
  // Both take their time: git fetches while the session is opened.
  const [wanted] = await Promise.all([fetchBranch().then(listTree), openSession()]);
  const difference = await compare(wanted);
  await write(difference);
  await closeSession();
  const { created, changed, gone } = difference;
  const counts = { created: created.length, updated: changed.length, deleted: gone.length };
  process.stdout.write(`${JSON.stringify(counts)}\n`);
}

async function fetchBranch() {
  if (options['no-fetch']) return;
  // As Enclosure fetches: these flags only leave out what nobody reads afterwards.
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
  const command = existsSync(clone)
    ? ['--git-dir', clone, 'fetch', ...quiet, 'origin', `+${branch}:${branch}`]
    : ['clone', '--bare', '--quiet', '--single-branch', '--branch', branch, url, clone];
  for await (const _ of git(command)) continue;
}

/** The output of git; fails when git does. */
async function* git(command, input = '') {
  const child = spawn('git', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  // Its exit code says more than the pipe that breaks when it ends early.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  yield* child.stdout;
  const [code] = await ended;
  if (code !== 0) throw new Error(`git ${command.join(' ')} ended with ${code}`);
}

/** The name of the blob of every file of the branch by its path, undefined for a directory; parents come first. */
async function listTree() {
  const chunks = [];
  const command = ['--git-dir', clone, 'ls-tree', '-r', '-t', '-z', `refs/heads/${branch}`];
  for await (const chunk of git(command)) chunks.push(chunk);
  const tree = new Map();
  for (const entry of Buffer.concat(chunks).toString().split('\0').slice(0, -1)) {
    const tab = entry.indexOf('\t');
    const [mode, type, name] = entry.slice(0, tab).split(' ');
    if (mode !== '100644' && mode !== '100755' && type !== 'tree') {
      throw new Error(`expected files and directories; found ${entry}`);
    }
    tree.set(entry.slice(tab + 1), type === 'tree' ? undefined : name);
  }
  return tree;
}

async function openSession() {
  const connected = once(client, 'connected', { signal: AbortSignal.timeout(30_000) });
  client.connect();
  await connected;
}

async function closeSession() {
  const disconnected = once(client, 'disconnected');
  client.close();
  await disconnected;
}

/** What is new, changed and gone. Contents are compared by git's name for them, so no blob is read for it. */
async function compare(wanted) {
  const missing = new Map(wanted);
  const [changed, gone] = [[], []];
  await promisify(client.mkdirp.bind(client))(root);
  await readTree((path, data) => {
    if (path === root) return;
    const relative = path.slice(root.length + 1);
    if (!wanted.has(relative)) {
      gone.push(path);
      return;
    }
    missing.delete(relative);
    const blob = wanted.get(relative);
    const same = blob === undefined ? data.length === 0 : blobName(data, blob.length) === blob;
    if (!same) changed.push({ path, blob });
  });
  const created = Array.from(missing, ([path, blob]) => ({ path: `${root}/${path}`, blob }));
  return { created, changed, gone };
}

function blobName(data, digits) {
  return createHash(digits === 40 ? 'sha1' : 'sha256')
    .update(`blob ${data.length}\0`)
    .update(data)
    .digest('hex');
}

/** Every znode from the root down, parents before their children. */
function readTree(visit) {
  return new Promise((resolve, reject) => {
    const waiting = [root];
    let [next, flying] = [0, 0];
    const answered =
      (handle) =>
      (error, ...answer) => {
        if (error) {
          reject(new Error(`reading below ${root} failed`, { cause: error }));
          return;
        }
        handle(...answer);
        flying -= 1;
        askMore();
      };
    const askMore = () => {
      for (; flying < reads && next < waiting.length; next += 1) {
        const path = waiting[next];
        flying += 1;
        client.getData(
          path,
          answered((data, stat) => {
            visit(path, data ?? nothing);
            if (stat.numChildren > 0) askChildren(path);
          }),
        );
      }
      if (flying === 0) resolve();
    };
    const askChildren = (path) => {
      flying += 1;
      client.getChildren(
        path,
        answered((names) => {
          for (const name of names) waiting.push(`${path}/${name}`);
        }),
      );
    };
    askMore();
  });
}

async function write({ created, changed, gone }) {
  const contents = readContents([...created, ...changed].map(({ blob }) => blob));
  let [transaction, operations, bytes] = [client.transaction(), 0, 0];
  const flying = [];
  const send = async () => {
    if (flying.length === transactions.inFlight) await flying.shift();
    const committed = promisify(transaction.commit.bind(transaction))();
    // It may fail before its turn to be awaited.
    committed.catch(() => undefined);
    flying.push(committed);
    [transaction, operations, bytes] = [client.transaction(), 0, 0];
  };
  const makeRoom = async (size) => {
    if (operations === transactions.operations || bytes + size > transactions.bytes) await send();
    operations += 1;
    bytes += size;
  };
  for (const [entries, method] of [
    [created, 'create'],
    [changed, 'setData'],
  ]) {
    for (const { path, blob } of entries) {
      const data = blob === undefined ? nothing : (await contents.next()).value;
      await makeRoom(path.length + data.length);
      transaction[method](path, data);
    }
  }
  for (const path of gone.toReversed()) {
    await makeRoom(path.length);
    transaction.remove(path);
  }
  if (operations > 0) await send();
  await Promise.all(flying);
}

/** The contents of these blobs in order, from one process of git; directories have none and are left out. */
async function* readContents(blobs) {
  const names = blobs.filter((blob) => blob !== undefined);
  if (names.length === 0) return;
  const output = git(['--git-dir', clone, 'cat-file', '--batch', '--buffer'], `${names.join('\n')}\n`);
  let pending = nothing;
  for await (const chunk of output) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const end = pending.indexOf(10);
      if (end === -1) break;
      const header = pending.toString('latin1', 0, end);
      const size = Number(header.split(' ')[2]);
      if (Number.isNaN(size)) throw new Error(`expected a blob from git; found "${header}"`);
      if (pending.length < end + 1 + size + 1) break;
      yield pending.subarray(end + 1, end + 1 + size);
      pending = pending.subarray(end + 1 + size + 1);
    }
  }
}
