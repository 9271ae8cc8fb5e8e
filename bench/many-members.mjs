/**
 * Many members of one environment in one process, for bench/agents.ts: says when all have joined, and leaves when its input
 * ends.
 *
 *   node bench/many-members.mjs CONNECT STATE-ROOT ENVIRONMENT COUNT
 */
import { once } from 'node:events';
import { join } from 'enclosure/agent';

const [connect, stateRoot, environment, count] = process.argv.slice(2);
const options = {
  connect,
  stateRoot,
  environment,
  name: 'member-',
  sessionTimeoutMs: 30_000,
  timeoutMs: 120_000,
};
const members = await Promise.all(Array.from({ length: Number(count) }, () => join(options)));
process.stdout.write('joined\n');
await once(process.stdin.resume(), 'end');
await Promise.all(members.map((member) => member.leave()));
process.exit(0);
