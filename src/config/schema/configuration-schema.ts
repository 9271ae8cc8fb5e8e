/**
 * The schema of `enclosure.yaml`: the one source of its types, its runtime check and its JSON Schema. What concerns
 * more than one key is in `cross-checks.ts`.
 *
 * The message of every check is the noun phrase of what was expected; where and what was found come from the document.
 */
import * as z from 'zod';
import { permissionsPattern } from './parse-acl.ts';
import { percentPattern } from './parse-delete-limit.ts';
import { durationPattern } from './parse-duration.ts';
import { schemaParts } from './schema-parts.ts';
import { snapshotCache } from './snapshot-cache.ts';

const { choice, flag, map, named, text } = schemaParts;

export const secretExpected = '{ env: NAME }, { file: PATH }, { ssm: NAME } or { secretsManager: ID }';

/** What AWS allows in the names of parameters and secrets, and in ARNs. */
const awsName = /^[\w/.:@+=!-]{1,2048}$/;

const secret = z
  .union(
    [
      z.strictObject({
        env: text('the name of an environment variable', /^[A-Za-z_][A-Za-z0-9_]*$/).describe(
          'The environment variable that holds the secret.',
        ),
      }),
      z.strictObject({
        file: text('the path of a file').describe(
          'The file that holds the secret and nothing else; a relative path starts from the folder of the configuration file. One newline at its end is not part of the secret.',
        ),
      }),
      z.strictObject({
        ssm: text('the name or the ARN of a parameter', awsName).describe(
          'The parameter of AWS Systems Manager that holds the secret, by name or ARN; best a SecureString.',
        ),
      }),
      z.strictObject({
        secretsManager: text('the name or the ARN of a secret', awsName).describe(
          'The secret of AWS Secrets Manager, by name or ARN. All of its text is the secret.',
        ),
      }),
    ],
    { error: secretExpected },
  )
  .describe('Where a secret is found. A secret is never written into the configuration itself.');

const limitExpected = 'a percentage such as 20%, or a count';
const count = z.int().nonnegative({ error: limitExpected });

const secretsExpected = `${secretExpected}, or a list of two of them while a secret is rotated`;

const ensemble = map({
  connect: text('host:port,host:port/chroot').describe(
    'The servers, separated by commas, and optionally a chroot: `zk1:2181,zk2:2181,zk3:2181/apps`.',
  ),
  sessionTimeout: text('a duration such as 10s, 500ms or 2m', durationPattern)
    .default('10s')
    .describe(
      'How long the servers keep the session, and with it the lock, of a client that has gone silent. The servers may grant another value.',
    ),
  client: choice(['wire', 'official'])
    .default('wire')
    .describe(
      "What a run's session, which owns its lock, is made of. `wire`: Enclosure's own client. `official`: the npm package `zookeeper`, a binding of the C client, which has to be installed beside Enclosure.",
    ),
  auth: z
    .array(
      map({
        scheme: text('the name of an authentication scheme, such as digest', /^[a-z][a-z0-9]*$/).describe(
          'The authentication scheme; `digest` takes `user:password`.',
        ),
        credentials: secret.describe('What the scheme takes, as a secret.'),
      }).describe('One identity that a session presents.'),
      { error: 'a list of { scheme, credentials }' },
    )
    .default([])
    .describe('The identities that a session presents to the servers.'),
}).describe('The ZooKeeper servers that hold the znodes.');

const repository = map({
  url: text('an https or ssh URL').describe(
    'Where the repository is fetched from: https, ssh, or file where `allowLocalRepositories` is true. Never with credentials in it.',
  ),
  provider: choice(['github']).default('github').describe('Who sends the webhooks.'),
  webhookSecret: z
    .union([secret, z.array(secret).min(1).max(2)], { error: secretsExpected })
    .optional()
    .describe('The secret that webhooks are signed with; a list of two while it is rotated.'),
  credentials: secret
    .optional()
    .describe('A token with which to read the repository, where it is not public.'),
  audit: map({
    notes: flag()
      .default(false)
      .describe(
        'Whether each deployment is also written as a git note on its commit and pushed to `refs/notes/enclosure`, which the credentials must allow.',
      ),
  })
    .optional()
    .describe('What is kept in the repository itself about its deployments.'),
}).describe('A git repository with configuration.');

const environment = map({
  repository: text('the name of a repository').describe('The repository, by its name in `repositories`.'),
  branch: text('the name of a branch').describe('The branch whose head is applied.'),
  directory: z
    .string({ error: 'a directory of the repository' })
    .default('')
    .describe("The directory with the environment's files; empty or `.` for the whole repository."),
  ensemble: text('the name of an ensemble').describe('The ensemble, by its name in `ensembles`.'),
  znode: text('an absolute znode path').describe(
    'The root znode. Not `/`, not inside `/zookeeper` or `stateRoot`, not overlapping another environment.',
  ),
  layout: choice(['file', 'directory'])
    .default('file')
    .describe(
      '`file`: a file is a znode. `directory`: a directory is a znode, and its single file the data.',
    ),
  prune: flag().default(true).describe('Whether znodes are deleted whose files are gone.'),
  maxDelete: z
    .union([count, z.string().regex(percentPattern, { error: limitExpected })], { error: limitExpected })
    .default('20%')
    .describe('How many of the znodes it owns one deployment may delete, as a percentage or a count.'),
  unsupported: choice(['refuse', 'skip'])
    .default('refuse')
    .describe(
      'What happens on symbolic links, submodules and LFS pointer files; `skip` leaves them out with a warning.',
    ),
  drift: choice(['repair', 'report'])
    .default('repair')
    .describe('What a full run does with znodes that somebody else changed.'),
  allowRewind: flag()
    .default(false)
    .describe('Whether the branch may be moved to a commit that does not descend from the applied one.'),
  acl: z
    .array(
      map({
        scheme: text('the name of a scheme, such as world, digest or ip', /^[a-z][a-z0-9]*$/).describe(
          'The scheme of the id.',
        ),
        id: z.string({ error: 'an id' }).describe('Who, as the scheme writes it; `anyone` for `world`.'),
        permissions: text('letters of cdrwa, each once', permissionsPattern).describe(
          'Any of c(reate), d(elete), r(ead), w(rite) and a(dmin).',
        ),
      }).describe('One entry of an access control list.'),
      { error: 'a list of { scheme, id, permissions }' },
    )
    .min(1, { error: 'at least one entry' })
    .optional()
    .describe(
      'The access control list of created znodes; without it they inherit that of the nearest existing ancestor.',
    ),
}).describe('One directory of one branch of a repository, mapped to one root znode of one ensemble.');

export const configurationSchema = map({
  version: z.literal(1, { error: '1' }).describe('The version of this format.'),
  stateRoot: text('an absolute znode path')
    .default('/enclosure')
    .describe('The znode below which Enclosure keeps its bookkeeping, in every ensemble.'),
  cacheDirectory: text('the path of a directory')
    .optional()
    .describe(
      'Where git repositories are cached; by default `$XDG_CACHE_HOME/enclosure` or `~/.cache/enclosure`, in a function its writable directory. A relative path starts from the folder of the configuration file.',
    ),
  allowLocalRepositories: flag()
    .default(false)
    .describe('Whether file: URLs are allowed, for development and tests.'),
  snapshotCache: snapshotCache.optional(),
  ensembles: named(ensemble, 'ensembles').describe('The ensembles, by name.'),
  repositories: named(repository, 'repositories').describe('The repositories, by name.'),
  environments: named(environment, 'environments').describe('The environments, by name.'),
}).describe('Configuration of Enclosure (enclosure.yaml).');

/** What the file says, with the defaults filled in; `Configuration` of the model is made from it. */
export type ConfigurationSource = z.output<typeof configurationSchema>;
export type SnapshotCacheSource = NonNullable<ConfigurationSource['snapshotCache']>;
export type EnsembleSource = ConfigurationSource['ensembles'][string];
export type RepositorySource = ConfigurationSource['repositories'][string];
export type EnvironmentSource = ConfigurationSource['environments'][string];
