/** Processes that are killed in the middle of a deployment. */
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import type { State } from '../../src/model/state.ts';
import { startProxy } from '../../harness/tcp-proxy.ts';
import { expectTree, largeFiles, lines, nthDeployment } from '../integration/sync/fault-fixture.ts';
import { buildCommand, type BuiltCommand, configurationOf, environment } from './built-command.ts';
import { recordsOf } from '../../harness/records-of.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await buildCommand();
});
afterAll(() => command.remove());

// One after the other: a child process inherits the sockets of the official client, which is the witness in this process.
test.each([0, 1, 2, 3, 4, 5])(
  'F21: killed after %i of six transactions, a rerun ends at the head',
  async (landed) => {
    const fixture = await environment();
    const proxy = await startProxy(Number(inject('zookeeper').split(':')[1]));
    onTestFinished(() => proxy.stop());
    const before = { ...largeFiles(6, 'before'), 'z-removed': 'old' };
    const applied = fixture.git.commit(before);
    await fixture.sync();
    const after = { ...largeFiles(6, 'after'), added: 'new' };
    const target = fixture.git.commit(after);

    const slow = await configurationOf(fixture, { connect: proxy.connect, sessionTimeout: '1s' });
    const reached = proxy.cutBeforeRequest(nthDeployment(landed + 1));
    const killed = command.start(slow, 'sync', 'production');
    await reached;
    proxy.refuse();
    killed.signal('SIGKILL');
    expect(await killed.ended).toMatchObject({ code: null });

    const half = await fixture.tree();
    const written = [...half].filter(([, { data }]) => data.includes('after'));
    expect(written).toHaveLength(landed);
    const state = JSON.parse((await fixture.client.get(fixture.state))?.data.toString() ?? '') as State;
    const promised = { revision: 1, commit: applied, phase: 'applied' };
    const begun = { ...promised, phase: 'applying', target: { revision: 2, commit: target } };
    expect(state).toMatchObject(landed === 0 ? promised : begun);

    const { result, plan } = await fixture.sync();
    expect(result).toMatchObject({
      outcome: 'applied',
      revision: 2,
      commit: target,
      previousCommit: applied,
    });
    expect(plan.mode).toBe(landed === 0 ? 'fast' : 'full');
    await expectTree(fixture, after);
    const whole = await fixture.tree();
    // What the first run had written is not written again.
    expect(lines(whole)).toMatchObject(lines(new Map(written)));
    expect(await recordsOf(fixture.enclosure)).toMatchObject([
      {
        revision: 2,
        commit: target,
        previousCommit: applied,
        // What the killed run had done is part of what the deployment did.
        counts: { created: 1, updated: 6, deleted: 1, unchanged: 2 },
        changesCut: 0,
      },
      { revision: 1, commit: applied, previousCommit: null },
    ]);
    expect((await fixture.sync({ full: true })).result.outcome).toBe('unchanged');
    expect(lines(await fixture.tree())).toEqual(lines(whole));
  },
);
