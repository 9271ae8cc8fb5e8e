import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  awsEnvironment,
  cacheDirectoryOverride,
  configurationPath,
  defaultActor,
  defaultCacheDirectory,
  gitBaseEnvironment,
  inheritedByCommands,
  queueUrl,
  wantsColour,
  wantsProgressBar,
  zookeeperAuth,
} from '../../../src/config/process-environment.ts';

test('the configuration is the one named by the option, then by the environment, then in the working directory', () => {
  expect(configurationPath('a.yaml', { ENCLOSURE_CONFIG: 'b.yaml' })).toBe('a.yaml');
  expect(configurationPath(undefined, { ENCLOSURE_CONFIG: 'b.yaml' })).toBe('b.yaml');
  expect(configurationPath(undefined, { ENCLOSURE_CONFIG: '' })).toBe('enclosure.yaml');
});

test('the cache lies below XDG_CACHE_HOME, in a function in its writable directory, else below the home', () => {
  expect(defaultCacheDirectory({ XDG_CACHE_HOME: '/x', HOME: '/h' })).toBe('/x/enclosure');
  expect(defaultCacheDirectory({ XDG_CACHE_HOME: 'relative', HOME: '/h' })).toBe('/h/.cache/enclosure');
  expect(defaultCacheDirectory({ AWS_LAMBDA_FUNCTION_NAME: 'sync', HOME: '/h' })).toBe(
    join(tmpdir(), 'enclosure'),
  );
});

test('F47: git gets neither credentials nor GIT_ variables nor the home', () => {
  const env = {
    PATH: '/bin',
    https_proxy: 'http://proxy:3128',
    SSH_AUTH_SOCK: '/run/agent',
    HOME: '/h',
    GIT_TRACE: '1',
    AWS_SECRET_ACCESS_KEY: 'canary',
    GIT_TOKEN: 'canary',
  };
  expect(gitBaseEnvironment(env)).toEqual({
    PATH: '/bin',
    https_proxy: 'http://proxy:3128',
    SSH_AUTH_SOCK: '/run/agent',
  });
});

test('colour is for terminals, unless NO_COLOR or FORCE_COLOR says otherwise', () => {
  expect(wantsColour({}, true)).toBe(true);
  expect(wantsColour({}, false)).toBe(false);
  expect(wantsColour({ TERM: 'dumb' }, true)).toBe(false);
  expect(wantsColour({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
  expect(wantsColour({ NO_COLOR: '' }, true)).toBe(true);
  expect(wantsColour({ FORCE_COLOR: '1' }, false)).toBe(true);
  expect(wantsColour({ FORCE_COLOR: '0' }, true)).toBe(false);
});

test('a progress bar is for a terminal that somebody watches', () => {
  expect(wantsProgressBar({}, true)).toBe(true);
  expect(wantsProgressBar({}, false)).toBe(false);
  expect(wantsProgressBar({ CI: 'true' }, true)).toBe(false);
  expect(wantsProgressBar({ CI: 'false' }, true)).toBe(true);
});

test('the actor is the user at the host', () => {
  expect(defaultActor({})).toMatch(/^.+@.+$/);
  expect(defaultActor({}).endsWith(`@${hostname()}`)).toBe(true);
});

test('the cache may be put elsewhere, whatever the configuration says', () => {
  expect(cacheDirectoryOverride({ ENCLOSURE_CACHE_DIRECTORY: '/tmp/x' })).toBe('/tmp/x');
  expect(cacheDirectoryOverride({ ENCLOSURE_CACHE_DIRECTORY: '' })).toBeUndefined();
});

test('the queue is a URL, and the lack of one is named', () => {
  const url = 'https://sqs.eu-central-1.amazonaws.com/1/sync.fifo';
  expect(queueUrl({ ENCLOSURE_QUEUE_URL: url })).toBe(url);
  for (const wrong of [undefined, '', 'sync.fifo', 'https://sqs.eu-central-1.amazonaws.com/']) {
    expect(() => queueUrl({ ENCLOSURE_QUEUE_URL: wrong })).toThrow('ENCLOSURE_QUEUE_URL');
  }
});

test('what concerns AWS has the names of the AWS SDKs; an endpoint of a service goes before that of all', () => {
  expect(
    awsEnvironment({
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: 'http://all',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://secrets',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_SESSION_TOKEN: 'c',
    }),
  ).toEqual({
    region: 'eu-central-1',
    endpoints: { s3: 'http://all', secretsmanager: 'http://secrets', sqs: 'http://all', ssm: 'http://all' },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
  });
  expect(awsEnvironment({ AWS_REGION: 'x', AWS_DEFAULT_REGION: 'y', AWS_ACCESS_KEY_ID: 'a' })).toEqual({
    region: 'x',
    endpoints: {},
    credentials: undefined,
  });
});

test('credentials for ZooKeeper have a scheme; what cannot be read is not shown', () => {
  const auth = (value: string | undefined) => zookeeperAuth({ ENCLOSURE_ZOOKEEPER_AUTH: value });
  expect(auth('digest:user:pass:word')).toEqual([{ scheme: 'digest', credentials: 'user:pass:word' }]);
  expect(auth(undefined)).toEqual([]);
  expect(auth('')).toEqual([]);
  for (const value of ['hunter2', ':hunter2', 'hunter2:']) {
    expect(() => auth(value)).toThrow(
      'the credentials for ZooKeeper cannot be read (the environment variable ENCLOSURE_ZOOKEEPER_AUTH); expected scheme:credentials, for example digest:user:password; found something else',
    );
  }
});

test('commands inherit everything but the credentials for ZooKeeper', () => {
  const env = {
    PATH: '/bin',
    ENCLOSURE_ZOOKEEPER_AUTH: 'digest:a:b',
    ENCLOSURE_CONFIG: 'c',
    UNSET: undefined,
  };
  expect(inheritedByCommands(env)).toEqual({ PATH: '/bin', ENCLOSURE_CONFIG: 'c' });
});
