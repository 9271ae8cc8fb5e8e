/** CPU times as Linux counts them (proc(5)), in ticks of a hundredth of a second. Elsewhere there are none. */
import { readFile } from 'node:fs/promises';
import type { CpuTimes, SampleCpu } from './quiet.ts';

const ticksPerSecond = 100;

/** @param server the process of the server, whose work is the benchmark's own */
export function cpuSampler(server: number): SampleCpu {
  return async () => {
    try {
      const [machine, self, serverStat] = await Promise.all([
        readFile('/proc/stat', 'utf8'),
        readFile('/proc/self/stat', 'utf8'),
        readFile(`/proc/${server}/stat`, 'utf8'),
      ]);
      return cpuTimes(performance.now() / 1000, machine, self, serverStat);
    } catch {
      return undefined;
    }
  };
}

/** Stolen time counts as busy: another machine had the core. Waiting for a disk does not. */
export function cpuTimes(at: number, machine: string, self: string, server: string): CpuTimes | undefined {
  const fields = /^cpu +([\d ]+)$/mu.exec(machine)?.[1]?.split(' ').map(Number);
  if (fields === undefined || fields.length < 8) return undefined;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = fields;
  const [selfTimes, serverTimes] = [processTimes(self), processTimes(server)];
  if (selfTimes === undefined || serverTimes === undefined) return undefined;
  return {
    at,
    busy: (user + nice + system + irq + softIrq + steal) / ticksPerSecond,
    own: (selfTimes.own + selfTimes.children + serverTimes.own) / ticksPerSecond,
  };
}

/** The name of the program may hold anything, so fields are counted from the parenthesis that ends it. */
function processTimes(stat: string): { readonly own: number; readonly children: number } | undefined {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [utime, stime, cutime, cstime] = fields.slice(11, 15);
  if (utime === undefined || stime === undefined || cutime === undefined || cstime === undefined)
    return undefined;
  return { own: utime + stime, children: cutime + cstime };
}
