import { createHash } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { waitFor } from '../../../../harness/wait-for.ts';
import type { Channel, Operation } from '../../../../src/model/ports/channel.ts';
import { defaultMaxFrame, TransactionFailed } from '../../../../src/zookeeper/channel/open-channel.ts';
import { encodeConnectRequest } from '../../../../src/zookeeper/wire/protocol/connect-response.ts';
import { encodeMulti, multiLength } from '../../../../src/zookeeper/wire/protocol/encode-multi.ts';
import { encodedAcl } from '../../../../src/zookeeper/wire/protocol/read-stat.ts';
import { frame, int, text } from '../../../unit/zookeeper/wire/protocol/jute-bytes.ts';
import { channelTo, create, freshChroot, openAcl } from '../channel-fixture.ts';

const server = inject('zookeeper');
let connect: string;

beforeAll(async () => {
  connect = await freshChroot(server);
});

async function failureOf(promise: Promise<unknown>): Promise<TransactionFailed> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TransactionFailed)) throw new Error('no TransactionFailed', { cause: error });
  return error;
}

describe('transactions', () => {
  test('create, check, setData and delete work, and say what they did', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/all'), create('/all/a', 'one'), create('/all/b')]);
    const results = await channel.multi([
      { op: 'check', path: '/all', version: 0 },
      { op: 'setData', path: '/all/a', data: Buffer.from('two'), version: 0 },
      { op: 'delete', path: '/all/b', version: 0 },
      create('/all/größe', 'ü'),
    ]);
    expect(results).toEqual([
      { op: 'check' },
      { op: 'setData', stat: expect.objectContaining({ version: 1, dataLength: 3 }) as object },
      { op: 'delete' },
      { op: 'create', path: '/all/größe' },
    ]);
    expect((await channel.getData('/all/a'))?.data.toString()).toBe('two');
    expect((await channel.getChildren('/all'))?.toSorted()).toEqual(['a', 'größe']);
  });

  test('F18: a multi that fails in its last operation is reported as failed, and nothing of it is applied', async () => {
    const channel = await channelTo(connect);
    const operations: Operation[] = [
      create('/f18'),
      create('/f18/a'),
      { op: 'delete', path: '/f18/absent', version: -1 },
    ];
    const error = await failureOf(channel.multi(operations));
    expect(error).toMatchObject({
      index: 2,
      zookeeperCode: -101,
      codeName: 'NONODE',
      operation: operations[2],
    });
    expect(await channel.getData('/f18')).toBeUndefined();
  });

  test('a multi that fails in its first operation names it', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/first')]);
    const error = await failureOf(
      channel.multi([{ op: 'check', path: '/first', version: 7 }, create('/first/a'), create('/first/b')]),
    );
    expect(error).toMatchObject({ index: 0, codeName: 'BADVERSION' });
  });

  test('F31: every refusal is told by its code', async () => {
    const channel = await channelTo(connect);
    const locked = [{ permissions: 1, scheme: 'world', id: 'anyone' }];
    await channel.multi([create('/codes'), create('/codes/a'), create('/codes/locked', '', locked)]);
    const refused = async (operation: Operation): Promise<[string, boolean]> => {
      const error = await failureOf(channel.multi([operation]));
      return [error.codeName, error.retryable];
    };
    expect(await refused(create('/codes'))).toEqual(['NODEEXISTS', true]);
    expect(await refused({ op: 'delete', path: '/codes', version: 0 })).toEqual(['NOTEMPTY', true]);
    expect(await refused({ op: 'delete', path: '/codes/a', version: 9 })).toEqual(['BADVERSION', true]);
    expect(await refused(create('/codes/x/y'))).toEqual(['NONODE', true]);
    expect(await refused(create('/codes/locked/a'))).toEqual(['NOAUTH', false]);
    expect(await refused(create('/codes/\u{1f600}'))).toEqual(['BADARGUMENTS', false]);
    expect(await refused(create('/codes/acl', '', []))).toEqual(['INVALIDACL', false]);
  });

  test('transactions in flight are answered in their order, the failing ones too', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/chain')]);
    const set = (version: number): Promise<unknown> =>
      channel.multi([{ op: 'setData', path: '/chain', data: Buffer.from(`${version}`), version }]);
    const outcomes = await Promise.allSettled([set(0), set(1), set(7), set(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect((await channel.getData('/chain'))?.stat.version).toBe(3);
  });

  test('an empty transaction is answered', async () => {
    expect(await (await channelTo(connect)).multi([])).toEqual([]);
  });
});

describe('the frame limit', () => {
  /** A transaction whose frame has exactly `length` bytes. */
  const ofLength = (channel: Channel, path: string, length: number): Operation[] => {
    const empty = channel.frameLength([create(path)]);
    return [create(path, Buffer.alloc(length - empty, 'x'))];
  };

  test.each([0, 1])(
    'F19: a file that leaves %i bytes of the frame is written and read back',
    async (left) => {
      const channel = await channelTo(connect);
      const operations = ofLength(channel, `/limit-${left}`, defaultMaxFrame - left);
      expect(channel.frameLength(operations)).toBe(defaultMaxFrame - left);
      await channel.multi(operations);
      const read = await channel.getData(`/limit-${left}`);
      const [operation] = operations;
      expect(operation?.op === 'create' && read?.data.equals(operation.data)).toBe(true);
    },
  );

  test('F19: one byte over is refused before it is sent, with path, size and limit', async () => {
    const channel = await channelTo(connect);
    const operations = ofLength(channel, '/over', defaultMaxFrame + 1);
    const [operation] = operations;
    const size = operation?.op === 'create' ? operation.data.length : 0;
    await expect(channel.multi(operations)).rejects.toMatchObject({
      code: 'frame-too-large',
      retryable: false,
      details: { where: `/over, ${size} bytes`, found: '1048576 bytes' },
    });
    expect(channel.closed.aborted).toBe(false);
    expect(await channel.getData('/over')).toBeUndefined();
  });

  test('F19: our limit is the server’s: one byte over makes it hang up', async () => {
    const path = `${new URL(`zk://${connect}`).pathname}/over`;
    const length = defaultMaxFrame + 1;
    const empty = multiLength([create(path)], new Uint8Array(0));
    const operations = [create(path, Buffer.alloc(length - empty))];
    const socket = connectSocket(Number(server.split(':')[1]), '127.0.0.1');
    socket.on('error', () => undefined); // a reset is a hang-up too
    socket.write(encodeConnectRequest(20_000));
    socket.write(encodeMulti(operations, new Uint8Array(0), length));
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(await (await channelTo(connect)).getData('/over')).toBeUndefined();
  });
});

describe('reads', () => {
  test('data, stat, listing and access control list', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/reads', 'data'), create('/reads/child')]);
    const read = await channel.getData('/reads');
    expect(read?.data.toString()).toBe('data');
    expect(read?.stat).toMatchObject({
      version: 0,
      cversion: 1,
      ephemeralOwner: 0n,
      dataLength: 4,
      children: 1,
    });
    expect(Math.abs((read?.stat.ctime ?? 0) - Date.now())).toBeLessThan(3_600_000);
    expect(read?.stat.czxid).toBe(read?.stat.mzxid);
    expect(await channel.getChildren('/reads')).toEqual(['child']);
    expect(await channel.getAcl('/reads')).toEqual(openAcl);
  });

  test('a znode that is not there reads as undefined', async () => {
    const channel = await channelTo(connect);
    expect(await channel.getData('/absent')).toBeUndefined();
    expect(await channel.getChildren('/absent')).toBeUndefined();
    expect(await channel.getAcl('/absent')).toBeUndefined();
    await channel.sync('/absent');
  });

  test('many reads in one request are answered one by one', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/many', 'x'), create('/many/a')]);
    expect(
      await channel.multiRead([
        { op: 'getData', path: '/many' },
        { op: 'getData', path: '/many/absent' },
        { op: 'getChildren', path: '/many' },
      ]),
    ).toMatchObject([
      { op: 'getData', data: Buffer.from('x'), stat: { children: 1 } },
      { op: 'missing' },
      { op: 'getChildren', children: ['a'] },
    ]);
    expect(await channel.multiRead([])).toEqual([]);
  });

  test('F41: empty data and binary data come back byte for byte', async () => {
    const channel = await channelTo(connect);
    const binary = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
    await channel.multi([create('/bytes'), create('/bytes/empty', ''), create('/bytes/binary', binary)]);
    expect((await channel.getData('/bytes/empty'))?.data).toHaveLength(0);
    expect((await channel.getData('/bytes/binary'))?.data.equals(binary)).toBe(true);
  });

  test('F41: a znode whose data are null reads like an empty one', async () => {
    const channel = await channelTo(connect);
    const path = `${connect.slice(connect.indexOf('/'))}/null`;
    const request = frame(int(1), int(1), text(path), int(-1), encodedAcl(openAcl), int(0));
    const socket = connectSocket(Number(server.split(':')[1]), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(Buffer.concat([encodeConnectRequest(20_000), request]));
    const read = await waitFor('the znode', () => channel.getData('/null'));
    expect(read.data).toHaveLength(0);
    expect(read.stat.dataLength).toBe(0);
    const [again] = await channel.multiRead([{ op: 'getData', path: '/null' }]);
    expect(again?.op === 'getData' && again.data.length).toBe(0);
  });

  test('F24: a read that is denied is an error, alone and among others', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/denied', '', [{ permissions: 16, scheme: 'world', id: 'anyone' }])]);
    const denied = expect.objectContaining({
      code: 'zookeeper-denied',
      details: expect.objectContaining({
        where: '/denied',
        expected: "the permission 'read' on /denied",
      }) as object,
    }) as Error;
    await expect(channel.getData('/denied')).rejects.toThrow(denied);
    await expect(channel.getChildren('/denied')).rejects.toThrow(denied);
    await expect(
      channel.multiRead([
        { op: 'getData', path: '/' },
        { op: 'getChildren', path: '/denied' },
      ]),
    ).rejects.toThrow(denied);
    expect(await channel.getData('/')).toBeDefined();
  });
});

describe('chroot and authentication', () => {
  test('paths below a chroot are those of the server with the chroot before them', async () => {
    const outside = await channelTo(server);
    const inside = await channelTo(connect);
    const chroot = connect.slice(connect.indexOf('/'));
    await inside.multi([create('/deep', 'inside')]);
    expect((await outside.getData(`${chroot}/deep`))?.data.toString()).toBe('inside');
    expect(await inside.getChildren('/')).toContain('deep');
    const deeper = await channelTo(`${connect}/deep`);
    expect((await deeper.getData('/'))?.data.toString()).toBe('inside');
  });

  test('a digest opens what is closed to others', async () => {
    const digest = createHash('sha1').update('user:canary').digest('base64');
    const acl = [{ permissions: 31, scheme: 'digest', id: `user:${digest}` }];
    const auth = [{ scheme: 'digest', credentials: 'user:canary' }];
    const member = await channelTo(connect, { auth });
    await member.multi([create('/private', 'secret', acl)]);
    expect((await member.getData('/private'))?.data.toString()).toBe('secret');
    expect(await member.getAcl('/private')).toEqual(acl);
    const stranger = await channelTo(connect);
    await expect(stranger.getData('/private')).rejects.toMatchObject({ code: 'zookeeper-denied' });
    const error = await failureOf(
      stranger.multi([{ op: 'setData', path: '/private', data: Buffer.alloc(0), version: -1 }]),
    );
    expect(error.message).toContain("the permission 'write' on /private");
  });

  test('credentials that the server refuses are told, without the credentials', async () => {
    const opened = channelTo(connect, { auth: [{ scheme: 'no-such-scheme', credentials: 'canary' }] });
    const error: unknown = await opened.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'zookeeper-auth-failed', retryable: false });
    expect(String(error)).not.toContain('canary');
  });
});
