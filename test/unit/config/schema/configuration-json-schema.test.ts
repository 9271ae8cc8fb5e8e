import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { configurationJsonSchema } from '../../../../src/config/schema/configuration-json-schema.ts';

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Node;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly propertyNames?: Node;
  readonly default?: unknown;
}

const schema = configurationJsonSchema() as Node;

test('the published JSON Schema is current: npm run schema writes it', async () => {
  const published = await readFile(
    new URL('../../../../schemas/enclosure.schema.json', import.meta.url),
    'utf8',
  );
  expect(JSON.parse(published)).toEqual(schema);
});

test('every key has a description and every map says which keys it has', () => {
  const keys: string[] = [];
  const walk = (node: Node, path: string): void => {
    if (node.properties !== undefined) expect(node.additionalProperties, path).toBe(false);
    for (const [key, child] of Object.entries(node.properties ?? {})) {
      keys.push(`${path}.${key}`);
      expect(child.description, `${path}.${key}`).toMatch(/\.$/);
      walk(child, `${path}.${key}`);
    }
    if (typeof node.additionalProperties === 'object') walk(node.additionalProperties, `${path}.*`);
    for (const child of node.anyOf ?? []) walk(child, path);
    if (node.items !== undefined) walk(node.items, `${path}[]`);
  };
  walk(schema, '');
  expect(keys.length).toBeGreaterThan(30);
});

test('keys with a default are optional in it', () => {
  const environments = schema.properties?.['environments']?.additionalProperties as Node;
  expect(environments.required).toEqual(['repository', 'branch', 'ensemble', 'znode']);
  expect(environments.properties?.['maxDelete']?.default).toBe('20%');
});
