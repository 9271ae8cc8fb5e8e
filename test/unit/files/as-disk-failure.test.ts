import { expect, test } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { asDiskFailure, pathIn, type DiskFailureOptions } from '../../../src/files/as-disk-failure.ts';

const options: DiskFailureOptions = {
  code: 'directory-failed',
  message: 'it cannot be written',
  path: '/a\nb',
};

function refusal(code: string, path?: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'open', ...(path === undefined ? {} : { path }) });
}

function next(code: string, advice: Readonly<Record<string, string>> = {}): string | undefined {
  return (asDiskFailure(refusal(code), { ...options, advice }) as EnclosureError).details.next;
}

test('an answer of the operating system becomes an error that says what, where, what was answered and what next', () => {
  const cause = refusal('ENOSPC');
  const error = asDiskFailure(cause, options) as EnclosureError;
  expect(error).toMatchObject({ code: 'directory-failed', cause });
  expect(error.message).toContain('it cannot be written');
  expect(error.details).toMatchObject({
    found: 'ENOSPC (open)',
    next: 'The disk is full: make room on it, or name a directory on a larger one.',
  });
  expect(error.details.where).not.toContain('\n');
});

test('what the caller knows better goes before the table, and an answer in neither has an advice too', () => {
  expect(next('ENOENT', { ENOENT: 'Name another file.' })).toBe('Name another file.');
  expect(next('EROFS', { ENOENT: 'Name another file.' })).toMatch(/mounted read-only/);
  expect(next('EIO')).toMatch(/what is wrong with the disk/);
});

test('an error that the operating system did not give stays as it is', () => {
  const aborted = new EnclosureError('aborted', 'the write was aborted');
  expect(asDiskFailure(aborted, options)).toBe(aborted);
  expect(asDiskFailure('text', options)).toBe('text');
});

test('the path is the one in the answer, otherwise the one given', () => {
  expect(pathIn(refusal('EACCES', '/other'), '/a')).toBe('/other');
  expect(pathIn(refusal('EACCES'), '/a')).toBe('/a');
  expect(pathIn(undefined, '/a')).toBe('/a');
});
