import { expect, test } from 'vitest';
import { describeDifference } from '../../../../src/verbs/past/describe-difference.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

function difference(before: string | undefined, after: string | undefined, path = 'app/pool'): string[] {
  return describeDifference({
    path,
    before: before === undefined ? undefined : bytes(before),
    after: after === undefined ? undefined : bytes(after),
  });
}

test('two texts are a unified diff with three lines around what differs', () => {
  expect(difference('1\n2\n3\n4\n5\n6\n7\n8\n9\n', '1\n2\n3\n4\nfive\n6\n7\n8\n9\n')).toEqual([
    '--- a/app/pool',
    '+++ b/app/pool',
    '@@ -2,7 +2,7 @@',
    ' 2',
    ' 3',
    ' 4',
    '-5',
    '+five',
    ' 6',
    ' 7',
    ' 8',
  ]);
});

test('a missing end of line is said, as git says it', () => {
  expect(difference('a', 'a\n')).toEqual([
    '--- a/app/pool',
    '+++ b/app/pool',
    '@@ -1,1 +1,1 @@',
    '-a',
    '\\ No newline at end of file',
    '+a',
  ]);
});

test('what is created comes from nowhere and what is deleted goes there; the root is a dot', () => {
  expect(difference(undefined, 'x\n').slice(0, 2)).toEqual(['--- /dev/null', '+++ b/app/pool']);
  expect(difference('x\n', undefined, '').slice(0, 2)).toEqual(['--- a/.', '+++ /dev/null']);
  expect(difference(undefined, '').at(-1)).toBe('(without data: nothing before, 0 bytes after)');
});

test('equal contents, and nothing on both sides, are no difference', () => {
  expect(difference('same', 'same')).toEqual([]);
  expect(difference(undefined, undefined)).toEqual([]);
});

test('neither a name nor a line moves the cursor of a terminal; tabs and carriage returns are told apart', () => {
  expect(difference('a\n', '\u001b[2J\tb\r\n', 'x\u0007')).toEqual([
    '--- a/x\\u{7}',
    '+++ b/x\\u{7}',
    '@@ -1,1 +1,1 @@',
    '-a',
    '+\\u{1b}[2J\tb\\u{d}',
  ]);
});

test.each([
  'tls/server.key',
  'tls/server.pem',
  'Secrets/database/url',
  'db-password',
  'DB_PASSWD',
  'api_token.txt',
  'aws/credentials',
  '.env',
  'app/.env.production',
])('the content of "%s" is not shown, only that it changed and how long it is', (path) => {
  expect(difference('before-7', 'after-77', path)).toEqual([
    `--- a/${path}`,
    `+++ b/${path}`,
    '(may hold a secret, so its content is not shown: 8 bytes before, 8 bytes after)',
  ]);
});

test('the name of the file counts where the znode has another one', () => {
  const change = { path: 'db', before: bytes('7'), after: bytes('8') };
  expect(describeDifference(change)).toContain('+8\n'.trim());
  expect(describeDifference({ ...change, file: 'db/password' }).at(-1)).toMatch(/^\(may hold a secret/);
});

test.each([
  '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n',
  '-----BEGIN OPENSSH PRIVATE KEY-----\n',
  'key AKIAIOSFODNN7EXAMPLE\n',
  'ghp_0123456789abcdefABCDEF0123456789abcd\n',
  'https://user:hunter2@db.example/x\n',
  'pool=3\ndb.password=hunter2\n',
  '{ "apiKey": "x1" }',
  '{ "client_secret": "x1" }',
  'Authorization: Bearer 0123456789abcdef0123\n',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln',
  'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ',
])('the content %j is not shown, on neither side', (text) => {
  for (const lines of [difference(text, 'x'), difference('x', text), difference(undefined, text)]) {
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^\(may hold a secret/);
  }
});

test.each([
  'image: app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n',
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'url: https://db.example:5432/x\n',
  '-----BEGIN CERTIFICATE-----\nMIIE\n',
  'keys: 3\nmonkey: 1\n',
])('the content %j is shown: it is no secret', (text) => {
  expect(difference('x', text).join('\n')).toContain(text.split('\n')[0]);
});

test('what is no text is binary, unless a key in clear is in it', () => {
  const binary = (text: string) =>
    describeDifference({ path: 'a', before: bytes('x'), after: Buffer.from(`\0${text}`) }).at(-1);
  expect(binary('abc')).toBe('(binary: 1 byte before, 4 bytes after)');
  expect(binary('-----BEGIN PRIVATE KEY-----')).toMatch(/^\(may hold a secret/);
  const key = Buffer.from('\0-----BEGIN PRIVATE KEY-----');
  expect(describeDifference({ path: 'a', before: key, after: undefined }).at(-1)).toMatch(/^\(may hold/);
  const invalid = describeDifference({ path: 'a', before: undefined, after: Buffer.of(0xff, 0xfe) });
  expect(invalid.at(-1)).toBe('(binary: nothing before, 2 bytes after)');
});

test('a long difference is cut and says so; a long line too', () => {
  const many = difference('', Array.from({ length: 300 }, (_, index) => `line ${index}\n`).join(''));
  expect(many).toHaveLength(2 + 200 + 1);
  expect(many.at(-1)).toBe('(and 101 more lines of this difference)');
  const long = difference('', 'x '.repeat(5_000)).find((line) => line.startsWith('+x'));
  expect(long).toHaveLength(401);
  expect(long?.endsWith('…')).toBe(true);
});

test('texts that are too long or too different are not compared for minutes', () => {
  expect(difference('x', 'y'.repeat(1024 * 1024 + 1)).at(-1)).toMatch(/^\(too long to be compared/);
  const text = (word: string) => Array.from({ length: 3_000 }, (_, index) => `${word} ${index}`).join('\n');
  expect(difference(text('one'), text('other')).at(-1)).toMatch(/^\(too different to be compared/);
});
