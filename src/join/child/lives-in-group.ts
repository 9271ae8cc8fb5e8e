import { readdirSync, readFileSync } from 'node:fs';

/**
 * Whether a process of the group still runs. One that has ended stays in its group until its parent asks about it, and the
 * first process of a container, which inherits all orphans, may never do: to wait for it would be to wait in vain. Where
 * the system does not tell (macOS), all of them count as running.
 */
export function livesInGroup(group: number): boolean {
  let processes: readonly string[];
  try {
    processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return true;
  }
  return processes.some((pid) => {
    const [state, , itsGroup] = statOf(pid);
    return Number(itsGroup) === group && state !== 'Z' && state !== 'X';
  });
}

/** State, parent and group; see proc(5). The name before them may hold anything, parentheses too. */
function statOf(pid: string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
