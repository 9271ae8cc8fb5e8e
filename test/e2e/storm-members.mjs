/**
 * Members in a process of their own, for agent-storm.test.ts: look at everything that is handed to them, and say so, a line
 * of JSON each: how many numbers the files of a snapshot carry, which should be one.
 *
 *   node test/e2e/storm-members.mjs CONNECT STATE-ROOT ENVIRONMENT COUNT
 */
import { once } from 'node:events';
import { join } from 'enclosure/agent';

const [connect, stateRoot, environment, count] = process.argv.slice(2);
const look = (config) => {
  const numbers = new Set(config.files().map((file) => config.text(file)?.split(' ', 1)[0]));
  const found = { revision: config.revision, files: config.files().length, numbers: [...numbers] };
  process.stdout.write(`${JSON.stringify(found)}\n`);
};
const options = {
  connect,
  stateRoot,
  environment,
  name: 'library-',
  sessionTimeoutMs: 4_000,
  timeoutMs: 120_000,
};
const members = await Promise.all(
  Array.from({ length: Number(count) }, () =>
    join({ ...options, validate: look, onChange: ({ after }) => look(after) }),
  ),
);
await once(process.stdin.resume(), 'end');
await Promise.all(members.map((member) => member.leave()));
process.exit(0);
