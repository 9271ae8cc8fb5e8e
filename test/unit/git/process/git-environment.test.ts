import { expect, test } from 'vitest';
import { gitEnvironment } from '../../../../src/git/process/git-environment.ts';

const base = {
  PATH: '/usr/bin',
  HOME: '/home/someone',
  HTTPS_PROXY: 'http://proxy:3128',
  SSH_AUTH_SOCK: '/run/agent',
  GIT_DIR: '/elsewhere',
  GIT_SSH_COMMAND: 'evil',
  GIT_CONFIG_COUNT: '1',
  AWS_SECRET_ACCESS_KEY: 'canary',
  GIT_TOKEN: 'canary',
  LD_PRELOAD: '/evil.so',
};

test('git gets nothing of the environment but what is listed', () => {
  const environment = gitEnvironment(base, { gitDirectory: '/cache/a.git', allowLocal: false });
  expect(environment).toMatchObject({
    PATH: '/usr/bin',
    HTTPS_PROXY: 'http://proxy:3128',
    SSH_AUTH_SOCK: '/run/agent',
  });
  expect(environment['GIT_DIR']).toBe('/cache/a.git');
  expect(environment['HOME']).not.toBe('/home/someone');
  expect(environment['GIT_SSH_COMMAND']).toContain('BatchMode=yes');
  expect(Object.keys(environment)).not.toContain('GIT_CONFIG_COUNT');
  expect(Object.keys(environment)).not.toContain('LD_PRELOAD');
  expect(JSON.stringify(environment)).not.toContain('canary');
});

test('F43: git itself allows https and ssh only, and file where local repositories are allowed', () => {
  const options = { gitDirectory: '/cache/a.git' };
  expect(gitEnvironment(base, { ...options, allowLocal: false })['GIT_ALLOW_PROTOCOL']).toBe('https:ssh');
  expect(gitEnvironment(base, { ...options, allowLocal: true })['GIT_ALLOW_PROTOCOL']).toBe('https:ssh:file');
});
