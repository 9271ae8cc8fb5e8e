/**
 * Znode paths: what ZooKeeper accepts, how paths relate, and how a name is shown to a person.
 *
 * A path relative to an environment's root znode has no leading slash and is '' for the root znode itself. Total
 * functions; nothing here throws.
 */

/** An absolute path: "/a/b", or "/" for the root. */
export type ZnodePath = string;

/** Joins an absolute path and a relative one ('' gives the base itself). */
export function joinPath(base: ZnodePath, relative: string): ZnodePath {
  if (relative === '') return base;
  return base === '/' ? `/${relative}` : `${base}/${relative}`;
}

/** The parent of an absolute path; '/' for '/a' and for '/'. */
export function parentPath(path: ZnodePath): ZnodePath {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** The parent of a relative path: '' for 'a'. The root '' has none. */
export function parentOf(relative: string): string | undefined {
  if (relative === '') return undefined;
  const slash = relative.lastIndexOf('/');
  return slash === -1 ? '' : relative.slice(0, slash);
}

/** Every relative path that another of them lies directly below. */
export function parentsOf(relativePaths: Iterable<string>): ReadonlySet<string> {
  const parents = new Set<string>();
  for (const path of relativePaths) {
    const parent = parentOf(path);
    if (parent !== undefined) parents.add(parent);
  }
  return parents;
}

/** The last segment of an absolute or a relative path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Joins two relative paths. */
export function joinRelative(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** Whether `path` is `ancestor` itself or lies below it. Both absolute. */
export function isSameOrInside(path: ZnodePath, ancestor: ZnodePath): boolean {
  if (ancestor === '/' || path === ancestor) return true;
  return path.startsWith(ancestor) && path.charCodeAt(ancestor.length) === 0x2f;
}

/** Whether one of the two trees holds the other, or they are the same. */
export function overlaps(one: ZnodePath, other: ZnodePath): boolean {
  return isSameOrInside(one, other) || isSameOrInside(other, one);
}

/** The parents of an absolute path, from the first below the root to the direct one: '/a/b/c' gives ['/a', '/a/b']. */
export function ancestorsOf(path: ZnodePath): ZnodePath[] {
  const ancestors: string[] = [];
  for (let slash = path.indexOf('/', 1); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    ancestors.push(path.slice(0, slash));
  }
  return ancestors;
}

/**
 * Why ZooKeeper would refuse this segment, or undefined when it accepts it. The list is the server's own
 * (`PathUtils.validatePath`) and what it does with characters outside the basic plane, which arrive as surrogates.
 */
export function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'it is empty';
  if (segment === '.' || segment === '..') return 'it is a relative path segment';
  for (let index = 0; index < segment.length; index += 1) {
    const problem = characterProblem(segment.charCodeAt(index));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function characterProblem(code: number): string | undefined {
  if (code === 0x2f) return 'it contains a slash';
  if (code <= 0x1f || (code >= 0x7f && code <= 0x9f)) return 'it contains a control character';
  if (code >= 0xd800 && code <= 0xdfff) return 'it contains a character outside the basic multilingual plane';
  if (code >= 0xe000 && code <= 0xf8ff) return 'it contains a private use character';
  if (code >= 0xfff0) return 'it contains a character that ZooKeeper refuses (U+FFF0 to U+FFFF)';
  return undefined;
}

/** Why this absolute path is no legal znode path, or undefined when it is one. */
export function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it does not begin with a slash';
  if (path === '/') return undefined;
  if (path.endsWith('/')) return 'it ends with a slash';
  for (const segment of path.slice(1).split('/')) {
    const problem = segmentProblem(segment);
    if (problem !== undefined) return `of the segment "${escapeName(segment)}": ${problem}`;
  }
  return undefined;
}

/** A name as it can be printed on a terminal and in a log: control, private and unpaired characters as \u{...}. */
export function escapeName(name: string): string {
  let escaped = '';
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    const hidden = characterProblem(code) !== undefined && code !== 0x2f && code <= 0xffff;
    const invisible =
      (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || code === 0xfeff;
    escaped += hidden || invisible ? `\\u{${code.toString(16)}}` : character;
  }
  return escaped;
}
