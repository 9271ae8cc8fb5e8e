/** A real configuration repository from its git bundle, and an environment on its branch `walk`. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEnvironment, type EnvironmentFixture } from './environment-fixture.ts';
import { projectRoot } from './project-root.ts';

export interface BundleFixture {
  readonly environment: EnvironmentFixture;
  /** The bare clone that stands for the remote. */
  readonly remote: string;
  remove(): Promise<void>;
}

const bundleOf = (name: string): string => join(projectRoot, '../shared/data', `${name}.bundle`);

/** The bundles are not part of the project; where they are missing the reporter counts their tests as skipped. */
export function hasBundle(name: string): boolean {
  return existsSync(bundleOf(name));
}

export async function openBundle(name: string, connect: string): Promise<BundleFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-bundle-'));
  const remote = join(directory, 'remote.git');
  execFileSync('git', ['clone', '--quiet', '--bare', bundleOf(name), remote], { stdio: 'ignore' });
  const url = `file://${remote}`;
  const repository = { name: 'config', url, provider: 'github', webhookSecrets: [] } as const;
  const environment = await createEnvironment(connect, { repository, branch: 'walk' });
  return {
    environment,
    remote,
    async remove() {
      await environment.remove();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
