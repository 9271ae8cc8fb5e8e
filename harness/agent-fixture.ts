/** Members of a fixture's environment, and what a test waits for with them. */
import { randomUUID } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import type { JoinOptions, Membership } from '../src/agent/index.ts';
import { join } from '../src/agent/index.ts';
import type { Receipt } from '../src/model/member.ts';
import { parseReceipt } from '../src/state/parse-receipt.ts';
import type { Environment } from '../src/model/environment.ts';
import { createEnvironment, type EnvironmentFixture } from './environment-fixture.ts';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';
import { waitFor } from './wait-for.ts';

/** An environment of its own on the shared server, with a first revision of these files, for one test. */
export async function deployed(
  files: Readonly<Record<string, string>>,
  change: Partial<Environment> = {},
): Promise<EnvironmentFixture> {
  const fixture = await createEnvironment(inject('zookeeper'), change);
  onTestFinished(() => fixture.remove());
  fixture.git.commit(files);
  await fixture.sync();
  return fixture;
}

/** A way to the shared server that a test can cut. */
export async function proxy(): Promise<TcpProxy> {
  const started = await startProxy(Number(inject('zookeeper').split(':')[1]));
  onTestFinished(() => started.stop());
  return started;
}

/** Joins the fixture's environment; leaves when the test ends. */
export async function member(
  fixture: Pick<EnvironmentFixture, 'environment'>,
  options: Partial<JoinOptions> = {},
): Promise<Membership> {
  const { name, stateRoot, ensemble } = fixture.environment;
  const membership = await join({
    connect: ensemble.connect,
    environment: name,
    stateRoot,
    name: `app-${randomUUID().slice(0, 8)}`,
    ...options,
  });
  onTestFinished(() => membership.leave());
  return membership;
}

/** The receipt that a member's znode holds, as the official client sees it; undefined where there is none. */
export async function receiptOf(
  { client, state }: Pick<EnvironmentFixture, 'client' | 'state'>,
  name: string,
): Promise<Receipt | undefined> {
  const znode = await client.get(`${state}/members/${name}`);
  return znode === undefined ? undefined : parseReceipt(znode.data);
}

/** Waits until the member says of itself what the test wants. */
export async function receiptWith(
  fixture: Pick<EnvironmentFixture, 'client' | 'state'>,
  name: string,
  what: string,
  isIt: (receipt: Receipt) => boolean,
): Promise<Receipt> {
  return await waitFor(`${name} to say ${what}`, async () => {
    const receipt = await receiptOf(fixture, name);
    return receipt !== undefined && isIt(receipt) ? receipt : undefined;
  });
}
