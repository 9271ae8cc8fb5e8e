import { describe, expect, it } from 'vitest';
import { mayBeSameRepository } from '../../../../../src/intake/webhook/github/may-be-same-repository.ts';

describe('mayBeSameRepository', () => {
  it.each([
    'https://github.com/acme/config.git',
    'https://github.com/acme/config',
    'https://github.com/Acme/Config/',
    'https://github.example.com:8443/acme/config.git',
    'ssh://git@github.com/acme/config.git',
    'ssh://git@ssh.github.com:443/acme/config.git',
    'git@github.com:acme/config.git',
    'github.com:acme/config',
  ])('recognises acme/config in %s', (url) => {
    expect(mayBeSameRepository(url, 'acme/config')).toBe(true);
    expect(mayBeSameRepository(url, 'ACME/config')).toBe(true);
    expect(mayBeSameRepository(url, 'acme/config2')).toBe(false);
    expect(mayBeSameRepository(url, 'other/config')).toBe(false);
    expect(mayBeSameRepository(url, 'config')).toBe(false);
  });

  it.each(['file:///srv/config.git', 'https://mirror.example.com/github.com/acme/config.git', '/srv/config'])(
    'takes any push for %s, which does not say',
    (url) => {
      expect(mayBeSameRepository(url, 'acme/config')).toBe(true);
      expect(mayBeSameRepository(url, 'other/thing')).toBe(true);
    },
  );
});
