/** The store in S3 where S3, or the way to it, has a fault: every request ends, and says what was wrong. */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { PartStore } from '../../../../src/cache/store/part-store.ts';
import { openS3Store } from '../../../../src/cache/store/open-s3-store.ts';
import { EnclosureError } from '../../../../src/base/enclosure-error.ts';
import { freePort } from '../../../../harness/free-port.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { startAnswering, type AnsweringServer } from './answering-server.ts';

const secret = 'a-secret-that-nobody-sees';
const failure = (pattern: RegExp): object => ({
  code: 'store-failed',
  retryable: true,
  message: expect.stringMatching(pattern) as unknown,
});

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
});
afterAll(() => void vi.unstubAllEnvs());

function open(endpoint: string, timeout?: number): PartStore {
  const s3 = { bucket: 'parts', prefix: 'p', endpoint, region: 'eu-central-1' };
  const store = openS3Store(timeout === undefined ? s3 : { ...s3, timeout });
  onTestFinished(async () => await store.close());
  return store;
}

async function answering(
  answer: (response: ServerResponse, before: number) => void,
): Promise<AnsweringServer> {
  const server = await startAnswering(answer);
  onTestFinished(async () => await server.stop());
  return server;
}

const refuse = (response: ServerResponse, status: number, code: string): void => {
  const xml = `<Error><Code>${code}</Code><Message>${secret} was wrong</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
};

describe('a store in S3', () => {
  test('says that nothing listens where S3 should be', async () => {
    const store = open(`http://127.0.0.1:${await freePort()}`);
    const got = store.get('a/x');
    await expect(got).rejects.toMatchObject(failure(/s3:\/\/parts\/p\/a\/x.*ECONNREFUSED.*network/));
    await expect(got).rejects.toHaveProperty('cause');
  });

  test('says that a connection is cut again and again', async () => {
    const cutting = await answering((response) => void response.destroy());
    await expect(open(cutting.endpoint).list('a')).rejects.toMatchObject(failure(/ECONNRESET.*network/));
    expect(cutting.requests).toHaveLength(3);
  });

  test('tries three times what S3 cannot do at the moment', async () => {
    const down = await answering((response) => refuse(response, 500, 'InternalError'));
    const put = open(down.endpoint).put('a/x', Buffer.from('x'));
    await expect(put).rejects.toMatchObject(failure(/InternalError \(HTTP 500\).*overloaded or down/));
    expect(down.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT']);
  });

  test('succeeds where the third attempt does', async () => {
    const shaky = await answering((response, before) => {
      if (before < 2) refuse(response, 503, 'SlowDown');
      else response.end('bytes');
    });
    expect((await open(shaky.endpoint).get('a/x'))?.toString()).toBe('bytes');
  });

  test('asks again for an object that broke off, and never hands out half of it', async () => {
    const cut = (response: ServerResponse): void => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    };
    const shaky = await answering((response, before) => (before < 2 ? cut(response) : response.end('whole')));
    expect((await open(shaky.endpoint).get('a/x'))?.toString()).toBe('whole');
    const broken = await answering(cut);
    await expect(open(broken.endpoint).get('a/x')).rejects.toMatchObject(failure(/ECONNRESET/));
    expect(broken.requests).toHaveLength(3);
  });

  test('says what it was refused, and never what it sent', async () => {
    const refusing = await answering((response) => refuse(response, 403, 'AccessDenied'));
    const store = open(refusing.endpoint);
    const failed = store.get('a/x').catch((error: unknown) => error);
    expect(await failed).toMatchObject(failure(/AccessDenied \(HTTP 403\).*s3:GetObject/));
    expect(String(await failed)).not.toContain(secret);
    expect(refusing.requests).toHaveLength(1);
  });

  test('never shows the secret key, however an error is shown', async () => {
    const refusing = await answering((response) =>
      response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>'),
    );
    const failed: unknown = await open(refusing.endpoint)
      .list('a')
      .catch((error: unknown) => error);
    expect(failed).toMatchObject(failure(/SignatureDoesNotMatch.*credentials/));
    expect(inspect(failed, { depth: 20, showHidden: true })).not.toContain(secret);
  });

  test('takes what is no XML of S3 for a failure', async () => {
    const proxy = await answering((response) => response.writeHead(502).end('<html>Bad Gateway</html>'));
    await expect(open(proxy.endpoint).list('a')).rejects.toMatchObject(failure(/HTTP 502/));
  });

  test('fails where single objects were not removed although the answer is a success', async () => {
    const refused = ['a/x', 'a/y'].map(
      (name) =>
        `<Error><Key>p/${name}</Key><Code>${name === 'a/x' ? 'NoSuchKey' : 'AccessDenied'}</Code></Error>`,
    );
    const partly = await answering((response) =>
      response.end(`<DeleteResult>${refused.join('')}</DeleteResult>`),
    );
    const removed = open(partly.endpoint).remove(['a/x', 'a/y', 'a/z']);
    await expect(removed).rejects.toMatchObject(
      failure(/s3:\/\/parts\/p\/a\/y.*AccessDenied.*s3:DeleteObject/),
    );
  });

  test('sums a removal with MD5, which every make of S3 knows', async () => {
    const older = await answering((response) => response.end('<DeleteResult></DeleteResult>'));
    await open(older.endpoint).remove(['a/x', 'a/y']);
    const [request] = older.requests;
    const { headers = {}, body = Buffer.alloc(0) } = request ?? {};
    expect(body.toString()).toContain('<Key>p/a/x</Key>');
    expect(headers['content-md5']).toBe(createHash('md5').update(body).digest('base64'));
    expect(Object.keys(headers).filter((name) => name.includes('checksum'))).toEqual([]);
  });

  test('removes no more at once than S3 takes', async () => {
    const removing = await answering((response) => response.end('<DeleteResult></DeleteResult>'));
    const names = Array.from({ length: 1001 }, (_, index) => `a/${index}`);
    await open(removing.endpoint).remove(names);
    const counts = removing.requests.map(({ body }) => body.toString().split('<Key>').length - 1);
    expect(counts).toEqual([1000, 1]);
  });

  test('sends an object plainly: by path, without sums or questions that other makes of S3 do not know', async () => {
    const other = await answering((response) => response.end());
    await open(other.endpoint).put('a/x', Buffer.alloc(3 * 1024 * 1024, 'x'));
    const [request] = other.requests;
    expect(request?.url?.split('?')[0]).toBe('/parts/p/a/x');
    expect(request?.body.length).toBe(3 * 1024 * 1024);
    const headers = Object.keys(request?.headers ?? {});
    expect(headers.filter((name) => /checksum|^expect$|trailer/.test(name))).toEqual([]);
  });
});

describe('a store in S3 that is slow', () => {
  const dribble = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': '1000000' });
    const timer = setInterval(() => response.write('x'), 5);
    response.on('close', () => clearInterval(timer));
  };
  const stall = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half');
  };

  test.each([
    ['never answers', () => undefined],
    ['falls silent within its answer', stall],
    ['sends byte by byte without an end', dribble],
  ])('gives up when its time is over where S3 %s', async (_, answer) => {
    const slow = await answering(answer);
    await expect(open(slow.endpoint, 100).get('a/x')).rejects.toMatchObject(
      failure(/s3:\/\/parts\/p\/a\/x.*TimeoutError.*level2\.s3\.timeout/),
    );
  });

  test.each([
    ['never answers', () => undefined],
    ['falls silent within its answer', stall],
  ])('ends with the signal where S3 %s', async (_, answer) => {
    const slow = await answering(answer);
    const controller = new AbortController();
    const got = open(slow.endpoint).get('a/x', controller.signal);
    got.catch(() => undefined);
    await waitFor('the request', () => slow.requests.length > 0);
    const reason = new EnclosureError('cache-timeout', 'too late');
    controller.abort(reason);
    await expect(got).rejects.toBe(reason);
  });
});

describe('a store in S3 without what it needs', () => {
  test('says that there are no credentials', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    onTestFinished(() => {
      vi.unstubAllEnvs();
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
    });
    const got = open(`http://127.0.0.1:${await freePort()}`).get('a/x');
    await expect(got).rejects.toMatchObject(failure(/CredentialsProviderError.*AWS_ACCESS_KEY_ID/));
  });

  test('says that it knows no region', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    const store = openS3Store({ bucket: 'parts' });
    onTestFinished(async () => await store.close());
    await expect(store.get('a/x')).rejects.toMatchObject(failure(/RegionMissing.*level2\.s3\.region/));
  });
});
