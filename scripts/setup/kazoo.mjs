/**
 * The Python client of ZooKeeper, on which some of the benchmark's contestants run: from apt. Where there is no apt nothing
 * is installed, and the benchmark leaves their rows out and says so.
 */
import { hasApt, installWithApt } from './apt.mjs';
import { run } from './step.mjs';

/** The system's own Python, for which apt installs; another one in PATH would not see it. */
const python = '/usr/bin/python3';

export function ensureKazoo() {
  if (!hasApt() || run(python, ['-c', 'import kazoo']).ok) return;
  installWithApt(['python3-kazoo'], 'the ZooKeeper client that the benchmark compares with');
}
