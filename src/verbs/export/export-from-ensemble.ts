import { resolve } from 'node:path';
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Configuration, Ensemble } from '../../model/environment.ts';
import type { RunOptions } from '../../model/run-options.ts';
import { escapeName, overlaps, pathProblem } from '../../model/znode-path.ts';
import { openChannelTo } from '../../sync/open/open-run.ts';
import type { ExportReport } from './export-report.ts';
import { exportTree } from './export-tree.ts';

export interface ExportRequest {
  /** As the configuration names it. */
  readonly ensemble: string;
  readonly znode: string;
  /** Missing or empty. */
  readonly directory: string;
}

/** Writes a tree of an ensemble as files. Needs no environment: it is how one begins. */
export async function exportFromEnsemble(
  configuration: Configuration,
  { ensemble: name, znode, directory }: ExportRequest,
  { signal, onProgress }: RunOptions,
): Promise<ExportReport> {
  const ensemble = findEnsemble(configuration, name);
  checkRoot(znode, configuration.stateRoot);
  onProgress?.({ phase: 'connect', done: 0, total: 0 });
  const channel = await openChannelTo(ensemble, signal);
  try {
    const exported = await exportTree(channel, znode, resolve(directory), { signal, onProgress });
    return { ensemble: name, ...exported };
  } finally {
    await channel.close();
  }
}

function findEnsemble({ ensembles }: Configuration, name: string): Ensemble {
  const ensemble = ensembles.get(name);
  if (ensemble !== undefined) return ensemble;
  throw new EnclosureError('usage-invalid', 'the configuration has no such ensemble', {
    expected: `one of ${[...ensembles.keys()].join(', ')}`,
    found: `"${escapeName(name)}"`,
  });
}

/** What cannot be the root znode of an environment cannot become one from files either. */
function checkRoot(znode: string, stateRoot: string): void {
  const problem = pathProblem(znode);
  const reserved = ['/zookeeper', stateRoot].find((path) => problem === undefined && overlaps(znode, path));
  if (problem === undefined && reserved === undefined) return;
  throw new EnclosureError('usage-invalid', 'this tree cannot be exported', {
    expected: `the path of a znode apart from /zookeeper and ${stateRoot}`,
    found: `"${escapeName(znode)}"${problem === undefined ? '' : `: ${problem}`}`,
    next: 'Export the trees below it that are configuration, one by one.',
  });
}
