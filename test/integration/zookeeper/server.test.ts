import { expect, inject, test } from 'vitest';
import { acceptsSessions } from '../../../harness/zookeeper-server.ts';

test('the shared server accepts sessions', async () => {
  expect(await acceptsSessions(Number(inject('zookeeper').split(':')[1]))).toBe(true);
});
