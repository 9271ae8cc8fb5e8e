import { expect, test } from 'vitest';
import {
  isPartialName,
  isVersionName,
  linkTo,
  newPartialName,
  newVersionName,
  partialName,
  versionOf,
} from '../../../../src/join/directory/places.ts';

test('a version is recognised by its name, and no two names are equal', () => {
  for (const revision of [12, null]) {
    const name = newVersionName(revision);
    expect(isVersionName(name)).toBe(true);
    expect(newVersionName(revision)).not.toBe(name);
    expect(versionOf(linkTo(name))).toBe(name);
    expect(isVersionName(partialName(name))).toBe(false);
    expect(isPartialName(partialName(name))).toBe(true);
  }
  expect(newVersionName(12)).toMatch(/^12-/);
});

test('what has another name is nothing of ours', () => {
  for (const name of ['', '..', 'node-18', '12', '12-xyz', '12-0123456789abc', '1.0-0123456789ab']) {
    expect(isVersionName(name)).toBe(false);
    expect(isPartialName(partialName(name))).toBe(false);
  }
  expect(isPartialName(newPartialName('.current'))).toBe(true);
  expect(isPartialName('download.partial')).toBe(false);
});

test('a link that leads elsewhere is not ours', () => {
  const name = newVersionName(1);
  const elsewhere = [`/srv/.versions/${name}`, `../.versions/${name}`, `.versions/${name}/app`, name];
  for (const target of [...elsewhere, `.versions/../${name}`, '.versions', '.versions/', 'releases/12']) {
    expect(versionOf(target)).toBeUndefined();
  }
});
