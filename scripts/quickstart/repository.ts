/**
 * The configuration repository: a bare one that stands for the one at GitHub, with the hook that sends the webhook, and
 * a clone in which a colleague works. Real git throughout, without this machine's own configuration: a global
 * `core.hooksPath` or a signing key would make the story end differently on every machine.
 */
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { ClaimFailed } from './narrate.ts';

export interface ConfigRepository {
  readonly bare: string;
  readonly clone: string;
  /** Runs git in the clone and returns what it printed; fails when git does. */
  git(...args: readonly string[]): Promise<string>;
}

export interface Hook {
  readonly url: string;
  readonly secret: string;
  /** Where every request is kept, to be delivered again. */
  readonly deliveries: string;
}

const person = 'Ada Lovelace';

export async function makeRepository(root: string, directory: string, hook: Hook): Promise<ConfigRepository> {
  const [bare, clone] = [join(directory, 'config.git'), join(directory, 'config')];
  const env = {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: person,
    GIT_AUTHOR_EMAIL: 'ada@acme.example',
    GIT_COMMITTER_NAME: person,
    GIT_COMMITTER_EMAIL: 'ada@acme.example',
    GIT_PUSHER: 'ada',
  };
  const git = async (...args: readonly string[]): Promise<string> => {
    const ran = await runCommand('git', args, { cwd: args.includes('--bare') ? directory : clone, env });
    if (ran.code !== 0) throw new ClaimFailed(`git ${args.join(' ')} failed: ${ran.output}`);
    return ran.output;
  };
  await git('init', '--quiet', '--bare', '--initial-branch=main', bare);
  await installHook(root, bare, hook);
  await cp(join(root, 'examples', 'config'), clone, { recursive: true });
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', bare);
  // Told once, so that a plain `git push` and `git commit` work for whoever keeps it running.
  await git('config', 'push.autoSetupRemote', 'true');
  await git('config', 'user.name', person);
  await git('config', 'user.email', 'ada@acme.example');
  await git('add', '--all');
  return { bare, clone, git };
}

async function installHook(root: string, bare: string, hook: Hook): Promise<void> {
  await mkdir(hook.deliveries, { recursive: true });
  await mkdir(join(bare, 'hooks'), { recursive: true });
  await cp(join(root, 'examples', 'hooks', 'post-receive.mjs'), join(bare, 'hooks', 'post-receive.mjs'));
  const script = [
    '#!/bin/sh',
    `export ENCLOSURE_WEBHOOK_URL='${hook.url}'`,
    `export ENCLOSURE_WEBHOOK_SECRET='${hook.secret}'`,
    `export ENCLOSURE_DELIVERIES='${hook.deliveries}'`,
    `exec '${process.execPath}' '${join(bare, 'hooks', 'post-receive.mjs')}'`,
    '',
  ].join('\n');
  const file = join(bare, 'hooks', 'post-receive');
  await writeFile(file, script);
  await chmod(file, 0o700);
  const local = ['config', '--file', join(bare, 'config'), 'core.hooksPath', join(bare, 'hooks')];
  await runCommand('git', local, { cwd: bare });
}
