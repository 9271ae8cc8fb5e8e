import * as z from 'zod';
import { configurationSchema } from './configuration-schema.ts';

/**
 * The published JSON Schema of `enclosure.yaml`, for editors and for checks without Enclosure. Draft 7, because that is
 * what the YAML language servers read. What concerns more than one key is not in it; `enclosure` itself checks that.
 */
export function configurationJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(configurationSchema, { target: 'draft-7', io: 'input' });
  return { $schema, title: 'enclosure.yaml', ...rest };
}
