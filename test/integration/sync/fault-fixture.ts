/** What the fault tests of a whole sync share: environments that are gone after the test, a proxy in between, large trees. */
import { createHash } from 'node:crypto';
import { expect, inject, onTestFinished } from 'vitest';
import type { Environment } from '../../../src/model/environment.ts';
import type { Progress } from '../../../src/model/progress.ts';
import { createEnvironment, type EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import type { SeenZnode } from '../../../harness/official-client.ts';
import { opcodes, startProxy, type TcpProxy } from '../../../harness/tcp-proxy.ts';

/** An environment on the shared server, for one test. */
export async function environment(change: Partial<Environment> = {}): Promise<EnvironmentFixture> {
  const fixture = await createEnvironment(inject('zookeeper'), change);
  onTestFinished(() => fixture.remove());
  return fixture;
}

/** The same behind a proxy; `direct` goes straight to the server, as the next run on another machine would. */
export async function proxied(change: Partial<Environment> = {}, sessionTimeoutMs = 10_000) {
  const connect = inject('zookeeper');
  const proxy = await startProxy(Number(connect.split(':')[1]));
  const ensemble = { name: 'main', connect: proxy.connect, sessionTimeoutMs, auth: [] };
  const fixture = await createEnvironment(connect, { ensemble, ...change });
  onTestFinished(async () => {
    await proxy.stop();
    await fixture.remove();
  });
  const direct = fixture.with({ ensemble: { ...ensemble, connect, sessionTimeoutMs: 10_000 } });
  return { fixture, proxy, direct };
}

/** Whether a frame is a transaction of a deployment: only the fence of one tells how far it is. */
export function isDeployment(opcode: number, frame: Buffer): boolean {
  return opcode === opcodes.multi && frame.includes('"done":');
}

/** Springs on the `nth` transaction of a deployment, counted from 1. */
export function nthDeployment(nth: number): (opcode: number, frame: Buffer) => boolean {
  let seen = 0;
  return (opcode, frame) => isDeployment(opcode, frame) && (seen += 1) === nth;
}

/** Loses the reply of the `nth` transaction of a deployment. */
export function cutAfter(proxy: TcpProxy, nth: number): Promise<void> {
  return proxy.cutAfterRequest(nthDeployment(nth));
}

/**
 * Lets somebody act when the plan has been made and before its `nth` transaction from now on arrives: that one is lost on the way, and
 * no new connection gets through until they are done.
 */
export async function beforeTransaction(
  proxy: TcpProxy,
  nth: number,
  act: () => Promise<void>,
): Promise<void> {
  await proxy.cutBeforeRequest(nthDeployment(nth));
  const acted = new AbortController();
  const isTooEarly = (opcode: number): boolean => !acted.signal.aborted && opcode === opcodes.handshake;
  const holdBack = async (): Promise<void> => {
    while (!acted.signal.aborted) await proxy.cutBeforeRequest(isTooEarly);
  };
  void holdBack();
  await act();
  acted.abort();
}

/** A tree as one line a znode, all of it told; large data compare as fast as small ones. */
export function lines(tree: ReadonlyMap<string, SeenZnode>): Record<string, string> {
  const line = ({ data, version, mzxid, ephemeral }: SeenZnode): string =>
    `${createHash('sha256').update(data).digest('hex')} version ${version} mzxid ${mzxid} ephemeral ${ephemeral}`;
  return Object.fromEntries([...tree].map(([path, znode]) => [path, line(znode)]));
}

/** What `act` returns, once it is certain that the tree is the same byte for byte and mzxid for mzxid. */
export async function unchanged<T>(fixture: EnvironmentFixture, act: () => Promise<T>): Promise<T> {
  const before = lines(await fixture.tree());
  const result = await act();
  expect(lines(await fixture.tree())).toEqual(before);
  return result;
}

/** A refused sync: its codes and its messages. The tree is unchanged, and the state is too. */
export async function refused(
  fixture: EnvironmentFixture,
  options: Parameters<EnvironmentFixture['sync']>[0] = {},
): Promise<{ codes: string[]; messages: string }> {
  const state = await fixture.client.get(fixture.state);
  const { result, plan } = await unchanged(fixture, () => fixture.sync(options));
  expect(result).toMatchObject({ outcome: 'refused', transactions: 0 });
  if (state !== undefined) expect(await fixture.client.get(fixture.state)).toEqual(state);
  const messages = plan.refusals.map(({ message }) => message);
  return { codes: plan.refusals.map(({ code }) => code), messages: messages.join('\n') };
}

/** Files of which each needs a transaction of its own. */
export function largeFiles(count: number, fill: string): Record<string, Uint8Array> {
  const names = Array.from({ length: count }, (_, index) => `large/${String(index).padStart(3, '0')}`);
  return Object.fromEntries(names.map((name) => [name, Buffer.alloc(300_000, `${fill} ${name} `)]));
}

export function smallFiles(count: number, fill: string): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `${index % 10}/${index}`);
  return Object.fromEntries(names.map((name) => [name, `${fill} ${name}`]));
}

/** Calls back once, when that many steps of the plan have landed. */
export function whenLanded(steps: number, act: () => void): (progress: Progress) => void {
  let acted = false;
  return ({ phase, done }) => {
    if (acted || phase !== 'apply' || done < steps) return;
    acted = true;
    act();
  };
}

/** The data of every file at its path, and none besides: what the tree must be at the end. */
export async function expectTree(
  fixture: EnvironmentFixture,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const tree = await fixture.tree();
  const held = [...tree].filter(([, { data }]) => data.length > 0).map(([path]) => path);
  expect(held.toSorted()).toEqual(Object.keys(files).toSorted());
  for (const [path, data] of Object.entries(files)) {
    expect(tree.get(path)?.data.equals(Buffer.from(data)), path).toBe(true);
  }
}
