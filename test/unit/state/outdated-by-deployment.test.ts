import { expect, test } from 'vitest';
import { outdatedByDeployment, outdatedByEvent } from '../../../src/state/outdated-by-deployment.ts';
import { eventName, eventPlace, recordName, recordRevision } from '../../../src/state/state-paths.ts';
import { newestFirst } from '../../../src/state/read-timeline.ts';

const foreign = ['notes', '12', '0000000003-', '0000000003-1', '00000000031-0001'];

test('events stand after the deployment whose revision they name, and foreign names are left out', () => {
  const names = [
    eventName(2, 10),
    recordName(10),
    eventName(2, 9),
    recordName(2),
    ...foreign,
    eventName(0, 1),
    eventName(2, 10_000),
  ];
  expect(newestFirst(names)).toEqual([
    '0000000010',
    '0000000002-10000',
    '0000000002-0010',
    '0000000002-0009',
    '0000000002',
    '0000000000-0001',
  ]);
});

test('an event is no record, and a record is no event', () => {
  expect(recordRevision(eventName(3, 1))).toBeUndefined();
  expect(eventPlace(recordName(3))).toBeUndefined();
  expect(eventPlace(eventName(3, 12))).toEqual({ revision: 3, number: 12 });
});

test('a deployment makes room by the oldest records, with the events that came before the newest of them', () => {
  const records = [5, 3, 4, 1, 2].map(recordName);
  const events = [eventName(0, 1), eventName(2, 1), eventName(3, 1), eventName(5, 1)];
  const names = [...records, ...events, ...foreign];
  expect(outdatedByDeployment(names, 6)).toEqual([]);
  expect(outdatedByDeployment(names, 5)).toEqual([recordName(1), eventName(0, 1)]);
  expect(outdatedByDeployment(names, 4)).toEqual([
    recordName(2),
    recordName(1),
    eventName(0, 1),
    eventName(2, 1),
  ]);
});

test('an event makes room by the oldest events; the records stay', () => {
  const events = [eventName(4, 2), eventName(1, 1), eventName(4, 1)];
  const names = [recordName(4), ...events, ...foreign];
  expect(outdatedByEvent(names, 4)).toEqual([]);
  expect(outdatedByEvent(names, 3)).toEqual([eventName(1, 1)]);
  expect(outdatedByEvent(names, 2)).toEqual([eventName(1, 1), eventName(4, 1)]);
});

test('a limit that was lowered takes a few entries at a time, the oldest first', () => {
  const records = Array.from({ length: 200 }, (_, index) => recordName(index + 1));
  const events = Array.from({ length: 200 }, (_, index) => eventName(7, index + 1));
  expect(outdatedByDeployment(records, 10)).toEqual(records.slice(0, 50).toReversed());
  expect(outdatedByEvent(events, 10)).toEqual(events.slice(0, 50));
});
