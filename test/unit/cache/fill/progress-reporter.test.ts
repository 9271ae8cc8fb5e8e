import { describe, expect, test } from 'vitest';
import type { CacheSession } from '../../../../src/cache/coordination/cache-session.ts';
import type { Claim } from '../../../../src/cache/coordination/claim.ts';
import { absentEntry } from '../../../../src/cache/coordination/parse-entry.ts';
import { entryPaths, namespacePaths } from '../../../../src/cache/coordination/entry-paths.ts';
import { parseProgress } from '../../../../src/cache/coordination/published-progress.ts';
import { ProgressReporter } from '../../../../src/cache/fill/progress-reporter.ts';
import { EnclosureError } from '../../../../src/base/enclosure-error.ts';
import { TransactionFailed } from '../../../../src/zookeeper/wire/connection-lost.ts';
import type { Channel, Operation } from '../../../../src/model/ports/channel.ts';
import { codes } from '../../../../src/zookeeper/wire/protocol/zookeeper-error.ts';
import { waitFor } from '../../../../harness/wait-for.ts';

const token = 'ab12';
const paths = entryPaths(namespacePaths('/enclosure', 'orders'), '4f3a');
const stored = (parts: number) => ({ parts, items: 10 * parts, bytes: 100 * parts });
const progress = (parts: number, complete = false) => ({ token, ...stored(parts), complete });
const lostConnection = () => new EnclosureError('zookeeper-connection-lost', 'it broke');

/** A reporter, with an ensemble that answers each transaction as the test says; after that, it takes them all. */
function open(...answers: (Error | Promise<void>)[]) {
  const sent: (readonly Operation[])[] = [];
  const ensemble = { isOver: false, lost: 0 };
  const multi = async (operations: readonly Operation[]): Promise<never[]> => {
    sent.push(operations);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    await answer;
    return [];
  };
  const channel = { multi } as unknown as Channel;
  const session = {
    link: { channel: () => Promise.resolve(channel) },
    ask: (run: (one: Channel) => Promise<unknown>) => run(channel),
    get isOver() {
      return ensemble.isOver;
    },
  } as unknown as CacheSession;
  const filling = { token, owner: 'host:1', since: 1 };
  const facts = { ...absentEntry('k'), epoch: 8, filling };
  const namespace = { generation: 1, version: 0, changed: Promise.resolve() };
  const claim: Claim = { session, paths, facts, filling, namespace };
  const reporter = new ProgressReporter(claim, () => (ensemble.lost += 1));
  const published = () =>
    sent.map((operations) => {
      const set = operations[1];
      return set?.op === 'setData' ? parseProgress(set.data) : undefined;
    });
  return { reporter, sent, published, ensemble };
}

function gate() {
  let answer = (): void => undefined;
  const closed = new Promise<void>((resolve) => (answer = resolve));
  return { closed, answer: () => answer() };
}

const refused = new TransactionFailed(
  0,
  { op: 'check', path: paths.filler(8, token), version: 0 },
  codes.noNode,
);

describe('ProgressReporter', () => {
  test('publishes where the filler is there, in one transaction', async () => {
    const { reporter, sent, published } = open();
    reporter.report(stored(1));
    await waitFor('a report', () => sent.length === 1);
    await reporter.stop();
    expect(sent[0]).toMatchObject([
      { op: 'check', path: paths.filler(8, token), version: 0 },
      { op: 'setData', path: paths.progress, version: -1 },
    ]);
    expect(published()).toEqual([progress(1)]);
  });

  test('has one transaction on its way at a time, and then says the latest', async () => {
    const { closed, answer } = gate();
    const { reporter, sent, published } = open(closed);
    for (const parts of [1, 2, 3]) reporter.report(stored(parts));
    await waitFor('a report', () => sent.length > 0);
    for (const parts of [4, 5, 6]) reporter.report(stored(parts));
    await new Promise(setImmediate);
    expect(sent).toHaveLength(1);
    answer();
    await waitFor('the next report', () => sent.length === 2);
    await reporter.stop();
    expect(published()).toEqual([progress(1), progress(6)]);
  });

  test('makes up for a report that failed', async () => {
    const { reporter, sent, published, ensemble } = open(lostConnection());
    reporter.report(stored(1));
    await waitFor('another report', () => sent.length === 2);
    await reporter.stop();
    expect(published()).toEqual([progress(1), progress(1)]);
    expect(ensemble.lost).toBe(0);
  });

  test.each([
    ['what no other try would mend', new EnclosureError('zookeeper-denied', 'no')],
    ['what is not ours', new TypeError('no')],
  ])('is silent after %s, until there is more to report', async (_, error) => {
    const { reporter, sent, published, ensemble } = open(error);
    reporter.report(stored(1));
    await waitFor('a report', () => sent.length === 1);
    await new Promise(setImmediate);
    reporter.report(stored(2));
    await waitFor('the next report', () => sent.length === 2);
    await reporter.stop();
    expect(published()).toEqual([progress(1), progress(2)]);
    expect(ensemble.lost).toBe(0);
  });

  test('says that the claim is lost when the filler is not there any more', async () => {
    const { reporter, sent, ensemble } = open(refused);
    reporter.report(stored(1));
    await waitFor('a word', () => ensemble.lost === 1);
    await reporter.stop();
    expect(sent).toHaveLength(1);
    const other = open(refused);
    await other.reporter.complete();
    expect(other.ensemble.lost).toBe(1);
  });

  test('asks nobody any more when the session is over', async () => {
    const { reporter, sent, ensemble } = open(lostConnection());
    ensemble.isOver = true;
    reporter.report(stored(1));
    await waitFor('a report', () => sent.length === 1);
    await reporter.stop();
    expect(sent).toHaveLength(1);
    expect(ensemble.lost).toBe(0);
  });

  test('says in the end that everything is there, after what was on its way', async () => {
    const { closed, answer } = gate();
    const { reporter, sent, published } = open(closed);
    reporter.report(stored(1));
    await waitFor('a report', () => sent.length === 1);
    reporter.report(stored(2));
    const completed = reporter.complete();
    await new Promise(setImmediate);
    expect(sent).toHaveLength(1);
    answer();
    await completed;
    expect(published()).toEqual([progress(1), progress(2, true)]);
  });

  test('says that everything is there where there was nothing', async () => {
    const { reporter, published } = open();
    await reporter.complete();
    expect(published()).toEqual([progress(0, true)]);
  });

  test('fails in the end as the ensemble does', async () => {
    const { reporter } = open(lostConnection());
    await expect(reporter.complete()).rejects.toMatchObject({ code: 'zookeeper-connection-lost' });
  });

  test('reports nothing after it was stopped', async () => {
    const { reporter, sent } = open();
    await reporter.stop();
    reporter.report(stored(1));
    await reporter.stop();
    expect(sent).toEqual([]);
  });
});
