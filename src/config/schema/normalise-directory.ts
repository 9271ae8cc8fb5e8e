/**
 * A directory inside a repository in its one form: no slash at either end, no empty and no `.` segments, '' for the
 * root. Undefined for what could lead elsewhere. Git writes paths with slashes only, so a backslash is a character.
 */
export function normaliseDirectory(directory: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- these are what it looks for
  if (directory.startsWith('/') || /[\u0000-\u001f\u007f]/.test(directory)) return undefined;
  const segments = directory.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.includes('..') ? undefined : segments.join('/');
}
