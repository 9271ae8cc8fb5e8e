import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentJsonSchemas, documentSchemas } from '../../../src/report/document-schemas.ts';
import { projectRoot } from '../project/source-files.ts';

test('every document has its published schema, and there is no other', () => {
  expect(Object.keys(documentJsonSchemas())).toEqual(Object.keys(documentSchemas));
  const published = readdirSync(join(projectRoot, 'schemas/documents'));
  expect(published.toSorted()).toEqual(
    Object.keys(documentSchemas)
      .map((name) => `${name}.schema.json`)
      .toSorted(),
  );
});

test('a key that the schema does not name is refused', () => {
  const error = { code: 'conflict', message: 'changed meanwhile', retryable: true };
  expect(documentSchemas.error.safeParse({ error }).success).toBe(true);
  expect(documentSchemas.error.safeParse({ error: { ...error, stack: '...' } }).success).toBe(false);
});
