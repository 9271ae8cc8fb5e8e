import { expect, test } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { handleReconcile } from '../../../src/lambda/handle-reconcile.ts';
import type { SyncRequest } from '../../../src/model/sync/sync-request.ts';
import { configurationOf } from '../../integration/intake/webhook/configuration-of.ts';
import { recordingLog } from '../serve/recording-log.ts';

const configuration = configurationOf({ production: 'main', staging: 'main' });

test('F57: every environment is queued for a verification', async () => {
  const { log } = recordingLog();
  const sent: SyncRequest[] = [];
  const send = (requests: readonly SyncRequest[]): Promise<void> => {
    sent.push(...requests);
    return Promise.resolve();
  };
  const open = () => Promise.resolve({ configuration, queue: { send } });
  expect(await handleReconcile({ log, open })).toEqual({ queued: ['production', 'staging'] });
  expect(sent).toMatchObject([
    { environment: 'production', reason: 'schedule', full: true },
    { environment: 'staging', reason: 'schedule', full: true },
  ]);
});

test('a queue that refuses fails the invocation, which the schedule repeats', async () => {
  const { log, lines } = recordingLog();
  const send = () => Promise.reject(new EnclosureError('queue-refused', 'away'));
  const open = () => Promise.resolve({ configuration, queue: { send } });
  await expect(handleReconcile({ log, open })).rejects.toMatchObject({ code: 'queue-refused' });
  expect(lines).toMatchObject([{ level: 'error', message: 'reconcile failed' }]);
});
