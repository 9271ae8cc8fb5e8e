import { describe, expect, it } from 'vitest';
import { EnvironmentLine } from '../../../../src/intake/queue/environment-line.ts';
import type { SyncRequest } from '../../../../src/model/sync/sync-request.ts';

function request(delivery: string, changes: Partial<SyncRequest> = {}): SyncRequest {
  return { environment: 'production', reason: 'push', actor: 'alice', time: 'now', delivery, ...changes };
}

const contents = (line: EnvironmentLine): (string | undefined)[] =>
  line.contents().map(({ delivery }) => delivery);

describe('EnvironmentLine', () => {
  it('lets the newest of two that do the same take the place of the other', () => {
    const line = new EnvironmentLine();
    expect(line.join(request('1'))).toBeUndefined();
    expect(line.join(request('2'))).toMatchObject({ delivery: '1' });
    expect(contents(line)).toEqual(['2']);
  });

  it('never supersedes what runs: it may have read the branch head already', () => {
    const line = new EnvironmentLine();
    line.join(request('1'));
    line.start();
    expect(line.join(request('2'))).toBeUndefined();
    expect(contents(line)).toEqual(['1', '2']);
  });

  it('supersedes nothing across a request that does something else', () => {
    const line = new EnvironmentLine();
    line.join(request('1'));
    line.join(request('2', { commit: 'a'.repeat(40) }));
    line.join(request('3'));
    expect(contents(line)).toEqual(['1', '2', '3']);
  });

  it('tries a failed request again before those that came later, and counts', () => {
    const line = new EnvironmentLine();
    line.join(request('1'));
    line.start();
    line.join(request('2', { full: true }));
    expect(line.retry()).toBeUndefined();
    expect(contents(line)).toEqual(['1', '2']);
    expect(line.start()).toMatchObject({ request: { delivery: '1' }, failures: 1 });
  });

  it('does not try a failed request again when the next would do the same', () => {
    const line = new EnvironmentLine();
    line.join(request('1'));
    line.start();
    line.join(request('2'));
    expect(line.retry()).toMatchObject({ delivery: '2' });
    expect(line.start()).toMatchObject({ request: { delivery: '2' }, failures: 0 });
    line.finish();
    expect(line.start()).toBeUndefined();
  });

  it('gives a request that supersedes a failed one all its attempts', () => {
    const line = new EnvironmentLine();
    line.join(request('1'));
    line.start();
    line.retry();
    expect(line.join(request('2'))).toMatchObject({ delivery: '1' });
    expect(line.start()).toMatchObject({ request: { delivery: '2' }, failures: 0 });
  });

  it('forgets what waits and keeps what runs', () => {
    const line = new EnvironmentLine();
    line.join(request('1'));
    line.start();
    line.join(request('2'));
    expect(line.clear()).toMatchObject([{ delivery: '2' }]);
    expect(contents(line)).toEqual(['1']);
  });
});
