/**
 * What Enclosure takes from the process's environment, all of it: no other module reads `process.env`. Each function
 * takes the environment as a value, so that a test states its own.
 */
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { AwsService } from '../aws/aws-client.ts';
import type { AwsCredentials } from '../aws/credentials-source.ts';
import { EnclosureError } from '../base/enclosure-error.ts';
import { inheritedNames } from '../git/process/git-environment.ts';

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

export function processEnvironment(): ProcessEnvironment {
  return process.env;
}

/** Where the configuration is: the option, else `ENCLOSURE_CONFIG`, else `enclosure.yaml` in the working directory. */
export function configurationPath(option: string | undefined, env: ProcessEnvironment): string {
  return option ?? nonEmpty(env['ENCLOSURE_CONFIG']) ?? 'enclosure.yaml';
}

/** Where git repositories are cached, whatever the configuration says: a function can write to one directory only. */
export function cacheDirectoryOverride(env: ProcessEnvironment): string | undefined {
  return nonEmpty(env['ENCLOSURE_CACHE_DIRECTORY']);
}

/** `$XDG_CACHE_HOME/enclosure`, `~/.cache/enclosure`; in a function the one directory that it may write. */
export function defaultCacheDirectory(env: ProcessEnvironment): string {
  const xdg = nonEmpty(env['XDG_CACHE_HOME']);
  // The XDG specification has relative paths ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'enclosure');
  if (nonEmpty(env['AWS_LAMBDA_FUNCTION_NAME']) !== undefined) return join(tmpdir(), 'enclosure');
  return join(nonEmpty(env['HOME']) ?? homedir(), '.cache', 'enclosure');
}

/** What git processes may inherit; which that is, the repository part says. */
export function gitBaseEnvironment(
  env: ProcessEnvironment = processEnvironment(),
): Readonly<Record<string, string>> {
  const base: Record<string, string> = {};
  for (const name of inheritedNames) {
    const value = env[name];
    if (value !== undefined) base[name] = value;
  }
  return base;
}

const zookeeperAuthName = 'ENCLOSURE_ZOOKEEPER_AUTH';

/** The credentials for an ensemble that no configuration names; fails with `configuration-invalid`, without showing them. */
export function zookeeperAuth(
  env: ProcessEnvironment,
): readonly { readonly scheme: string; readonly credentials: string }[] {
  const value = nonEmpty(env[zookeeperAuthName]);
  if (value === undefined) return [];
  const colon = value.indexOf(':');
  if (colon > 0 && colon < value.length - 1) {
    return [{ scheme: value.slice(0, colon), credentials: value.slice(colon + 1) }];
  }
  throw new EnclosureError('configuration-invalid', 'the credentials for ZooKeeper cannot be read', {
    where: `the environment variable ${zookeeperAuthName}`,
    expected: 'scheme:credentials, for example digest:user:password',
    found: 'something else',
  });
}

/** What the commands that an agent runs inherit: everything but the credentials that are meant for the agent. */
export function inheritedByCommands(env: ProcessEnvironment): Readonly<Record<string, string>> {
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && name !== zookeeperAuthName) inherited[name] = value;
  }
  return inherited;
}

/** Of an instance that was given none: its host, and a number that ZooKeeper appends. */
export function defaultMemberName(): string {
  return `${hostname()}-`;
}

/** The queue of the functions, where there is one. */
export function hasQueue(env: ProcessEnvironment): boolean {
  return nonEmpty(env['ENCLOSURE_QUEUE_URL']) !== undefined;
}

/** The queue of the functions; fails with `configuration-invalid` where there is none. */
export function queueUrl(env: ProcessEnvironment): string {
  const url = nonEmpty(env['ENCLOSURE_QUEUE_URL']);
  if (url !== undefined && /^https?:\/\/[^/]+\/.+/.test(url)) return url;
  throw new EnclosureError('configuration-invalid', 'the queue is not known', {
    where: 'the environment variable ENCLOSURE_QUEUE_URL',
    expected: 'the URL of a FIFO queue of SQS',
    found: url === undefined ? 'nothing' : 'something else',
  });
}

export interface AwsEnvironment {
  readonly region: string | undefined;
  readonly endpoints: Readonly<Partial<Record<AwsService, string>>>;
  readonly credentials: AwsCredentials | undefined;
}

/** What the AWS SDKs read, by the names that they have for it: https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html */
export function awsEnvironment(env: ProcessEnvironment): AwsEnvironment {
  const accessKeyId = nonEmpty(env['AWS_ACCESS_KEY_ID']);
  const secretAccessKey = nonEmpty(env['AWS_SECRET_ACCESS_KEY']);
  const sessionToken = nonEmpty(env['AWS_SESSION_TOKEN']);
  const services = { s3: 'S3', secretsmanager: 'SECRETS_MANAGER', sqs: 'SQS', ssm: 'SSM' } as const;
  const endpoints: Partial<Record<AwsService, string>> = {};
  for (const [service, name] of Object.entries(services) as [AwsService, string][]) {
    const url = nonEmpty(env[`AWS_ENDPOINT_URL_${name}`]) ?? nonEmpty(env['AWS_ENDPOINT_URL']);
    if (url !== undefined) endpoints[service] = url;
  }
  return {
    region: nonEmpty(env['AWS_REGION']) ?? nonEmpty(env['AWS_DEFAULT_REGION']),
    endpoints,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
  };
}

/** Whether to colour what goes to a stream: https://no-color.org, and FORCE_COLOR for a pipe into a pager. */
export function wantsColour(env: ProcessEnvironment, isTerminal: boolean): boolean {
  if (nonEmpty(env['NO_COLOR']) !== undefined) return false;
  const forced = nonEmpty(env['FORCE_COLOR']);
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

/** A build server's log may be a terminal by name, but nobody watches a bar move there. */
export function wantsProgressBar(env: ProcessEnvironment, isTerminal: boolean): boolean {
  const ci = nonEmpty(env['CI']);
  return isTerminal && env['TERM'] !== 'dumb' && (ci === undefined || ci === 'false' || ci === '0');
}

/** Who runs a command by hand, for the history: `user@host`. */
export function defaultActor(env: ProcessEnvironment): string {
  return `${userName(env)}@${hostname()}`;
}

function userName(env: ProcessEnvironment): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a user id that has no entry.
    return nonEmpty(env['USER']) ?? nonEmpty(env['LOGNAME']) ?? `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
