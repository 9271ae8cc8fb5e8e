import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whether a process that was sent SIGSTOP has come to rest: the signal only asks, and its threads stop one by one. */
export function isFrozen(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks))
    return execFileSync('ps', ['-o', 'state=', '-p', String(pid)])
      .toString()
      .startsWith('T');
  return readdirSync(tasks).every((task) => {
    // The state follows the name, which stands in parentheses and may hold anything.
    const stat = readFileSync(`${tasks}/${task}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  });
}
