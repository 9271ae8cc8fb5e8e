/** The part of the schema that is about `snapshotCache`. Whether its ensemble is there, `cross-checks.ts` sees. */
import * as z from 'zod';
import { durationPattern } from './parse-duration.ts';
import { schemaParts } from './schema-parts.ts';

const { map, text } = schemaParts;

const level2Expected = '{ directory: PATH } or { s3: { bucket: NAME } }';

const s3 = map({
  bucket: text('the name of a bucket', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/).describe('The bucket.'),
  prefix: text('the beginning of the names of objects').optional().describe('Put before every name.'),
  endpoint: text('an http or https URL without credentials', /^https?:\/\/[^\s/@?#]+\/?$/)
    .optional()
    .describe("Of a store that speaks S3's protocol and is not AWS's. Its buckets are addressed by path."),
  region: text('the name of a region', /^[a-z0-9-]+$/)
    .optional()
    .describe('The region of the bucket; by default that of the process.'),
}).describe('A bucket of S3.');

export const snapshotCache = map({
  ensemble: text('the name of an ensemble').describe(
    'The ensemble through which the processes agree who fetches, by its name in `ensembles`; below `<stateRoot>/cache`.',
  ),
  level2: z
    .union(
      [
        z.strictObject({
          directory: text('the path of a directory').describe(
            'A directory that all processes see; a relative path starts from the folder of the configuration file.',
          ),
        }),
        z.strictObject({ s3 }),
      ],
      { error: level2Expected },
    )
    .describe('Where what was fetched is kept for the others.'),
  ttl: text('a duration such as 10m or 1h', durationPattern)
    .default('1h')
    .describe('How long it is kept for those who come later.'),
  timeout: text('a duration such as 10s or 2m', durationPattern)
    .default('30s')
    .describe('How long a process waits for it before it fetches by itself.'),
}).describe(
  'Where processes that need the same commit share one fetch of it from the git host; without it each fetches by itself.',
);
