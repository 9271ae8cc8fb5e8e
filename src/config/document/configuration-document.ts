/**
 * The YAML of a configuration: text in, plain value and positions out. It knows nothing of what the keys mean.
 *
 * The parser's own messages quote the source, which may hold a secret that somebody wrote in clear, so none of them
 * is passed on. A document that would exhaust memory or the stack (aliases that multiply, nesting without end) is
 * refused by its size and depth before it is composed: composing 100,000 nested lists ends the process, not the call.
 */
import {
  type CST,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Parser,
  visit,
} from 'yaml';
import type { KeyPath, Problem } from '../problems/problem.ts';
import { yamlComplaint } from './yaml-complaint.ts';

export interface ConfigurationDocument {
  readonly value: unknown;
  /** Where the value of a path stands, or its key; where there is none, the nearest parent that there is. */
  readonly locate: (path: KeyPath, part?: 'key' | 'value') => Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

const maxDepth = 32;
const maxAliases = 100;
const options = {
  version: '1.2',
  schema: 'core',
  merge: false,
  strict: true,
  stringKeys: true,
  uniqueKeys: true,
  prettyErrors: false,
  // Not 'silent', which takes the second of two documents for none.
  logLevel: 'error',
} as const;

/** Parses; a document that is not YAML, or not YAML that we take, gives problems instead of a value. */
export function parseConfigurationDocument(
  text: string,
): ConfigurationDocument | { readonly problems: readonly Problem[] } {
  const lineCounter = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (nestingDepth(new Parser().parse(text)) > 2 * maxDepth) {
    const expected = `at most ${maxDepth} levels of nesting`;
    return { problems: [{ path: [], line: 1, column: 1, expected, found: 'more' }] };
  }
  const document = parseDocument(text, { ...options, lineCounter });
  const complaints = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    path: [],
    ...at(pos[0]),
    ...yamlComplaint(code),
  }));
  // Later complaints of a broken document are mostly echoes of the first; what the walk finds stands for itself.
  const problems = complaints.length > 0 ? complaints : walkProblems(document, at);
  if (problems.length > 0) return { problems };
  try {
    const value: unknown = document.toJS({ maxAliasCount: maxAliases });
    return { value, locate: (path, part) => at(offsetOf(document, path, part)) };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const expected = 'aliases that stay small when they are written out';
    return { problems: [{ path: [], line: 1, column: 1, expected, found: 'aliases that multiply' }] };
  }
}

/** What parses as YAML and would fail, or be dropped in silence, on the way to a plain value. */
function walkProblems(document: Document, at: (offset: number) => Position): Problem[] {
  const problems: Problem[] = [];
  let aliases = 0;
  visit(document, {
    Alias(_key, alias) {
      aliases += 1;
      const found = alias.resolve(document) === undefined ? 'an alias without its anchor' : undefined;
      const position = at(alias.range?.[0] ?? 0);
      if (found !== undefined)
        problems.push({ path: [], ...position, expected: 'an anchor before its alias', found });
      if (aliases === maxAliases) {
        problems.push({ path: [], ...position, expected: `fewer than ${maxAliases} aliases`, found: 'more' });
      }
    },
    Pair(_key, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return;
      problems.push({
        path: [],
        ...at(key.range?.[0] ?? 0),
        expected: 'a key of the schema',
        found: 'the key __proto__',
      });
    },
  });
  return problems;
}

function offsetOf(document: Document, path: KeyPath, part: 'key' | 'value' = 'value'): number {
  let node: unknown = document.contents;
  let offset = start(node) ?? 0;
  for (const [index, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!isPair(pair)) return offset;
      const last = index === path.length - 1;
      // A value that is missing altogether, and a map or list, are best pointed at by their key.
      const atKey = last && part === 'key' ? true : !isScalar(pair.value) || pair.value.source === '';
      offset = (atKey ? start(pair.key) : start(pair.value)) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = start(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function start(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** How deep the tokens of a document nest, counted without recursion; a level of YAML is two levels of tokens. */
function nestingDepth(tokens: Iterable<CST.Token>): number {
  let deepest = 0;
  const stack: (readonly [token: unknown, depth: number])[] = [];
  for (const token of tokens) stack.push([token, 0]);
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const [token, depth] = entry;
    if (typeof token !== 'object' || token === null) continue;
    deepest = Math.max(deepest, depth);
    const { key, value, items } = token as { key?: unknown; value?: unknown; items?: unknown };
    stack.push([key, depth + 1], [value, depth + 1]);
    if (Array.isArray(items)) for (const item of items) stack.push([item, depth + 1]);
  }
  return deepest;
}
