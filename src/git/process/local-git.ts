/**
 * simple-git for the short, local commands on our own copy (making it, packing it). It is imported when it is needed,
 * because its 35 ms would be more than a fetch of one change takes.
 */
import type { SimpleGit } from 'simple-git';
import { gitEnvironment, type GitBaseEnvironment } from './git-environment.ts';

export async function localGit(
  gitDirectory: string,
  base: GitBaseEnvironment,
  signal?: AbortSignal,
): Promise<SimpleGit> {
  const { simpleGit } = await import('simple-git');
  const environment = gitEnvironment(base, { gitDirectory, allowLocal: false });
  return simpleGit({
    baseDir: gitDirectory,
    // Its guard takes away whatever is not named here, and refuses what could run a program. All values are our own.
    allowEnvironment: Object.keys(environment).filter((name) => name.startsWith('GIT_')),
    unsafe: { allowUnsafeConfigPaths: true, allowUnsafeSshCommand: true, allowUnsafeTemplateDir: true },
    ...(signal === undefined ? {} : { abort: signal }),
  }).env({ ...environment });
}
