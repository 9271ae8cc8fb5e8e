import type { CST } from 'yaml';

/** How deep the tokens of a document nest, counted without recursion; a level of YAML is two levels of tokens. */
export function nestingDepth(tokens: Iterable<CST.Token>): number {
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
