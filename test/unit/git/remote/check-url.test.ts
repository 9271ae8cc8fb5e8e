import { expect, test } from 'vitest';
import { isEnclosureError } from '../../../../src/base/enclosure-error.ts';
import { checkUrl } from '../../../../src/git/remote/check-url.ts';

test.each([
  ['https://github.com/acme/config.git', 'https', 'github.com'],
  ['https://git.example.org:8443/config', 'https', 'git.example.org:8443'],
  ['ssh://git@github.com/acme/config.git', 'ssh', 'github.com'],
  ['ssh://git@[::1]:2222/config.git', 'ssh', '[::1]:2222'],
  ['git@github.com:acme/config.git', 'ssh', 'github.com'],
])('%s is allowed', (url, protocol, host) => {
  expect(checkUrl(url, { allowLocal: false })).toMatchObject({ url, protocol, host });
});

test('file: is allowed only where local repositories are', () => {
  expect(checkUrl('file:///srv/config.git', { allowLocal: true }).protocol).toBe('file');
  expect(() => checkUrl('file:///srv/config.git', { allowLocal: false })).toThrow(/allowLocalRepositories/);
});

test.each([
  '--upload-pack=touch /tmp/x',
  '-oProxyCommand=x',
  '',
  'https://example.org/$(touch x) y',
  'https://example.org/a\nb',
  'https://example.org/a\0b',
  'ssh://-oProxyCommand=x/y',
  '-oProxyCommand=x:y',
  'git@-oProxyCommand=x:y',
  'ssh://-l@host/y',
  'https://example.org/a?b',
  'https:///a',
  'host.example.org:config.git',
  'a@b::c',
])('F42: the URL %j is refused', (url) => {
  expect(codeOf(() => checkUrl(url, { allowLocal: true }))).toBe('url-refused');
});

test.each([
  'ext::sh -c touch%20x',
  'ext::sh',
  'fd::17',
  'EXT::x',
  'http://example.org/a',
  'HTTP://example.org/a',
  'Https://example.org/a',
  'FILE:///a',
  'git://example.org/a',
  'ftp://example.org/a',
  'file://host/a',
  '/srv/config.git',
  './config.git',
  '../../config',
  'transport::https://example.org',
])('F43: the URL %j is refused', (url) => {
  expect(codeOf(() => checkUrl(url, { allowLocal: true }))).toBe('url-refused');
});

test.each([
  'https://user:canary@example.org/a',
  'https://canary@example.org/a',
  'ssh://git:canary@example.org/a',
  'http://user:canary@example.org/a',
  'ext::https://user:canary@example.org/a',
  'https://us er:canary@example.org/a',
])('F47: credentials in the URL %j are refused and not repeated', (url) => {
  expect.assertions(2);
  try {
    checkUrl(url, { allowLocal: true });
  } catch (error) {
    expect(isEnclosureError(error, 'url-refused')).toBe(true);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary');
  }
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return isEnclosureError(error) ? error.code : undefined;
  }
  return undefined;
}
