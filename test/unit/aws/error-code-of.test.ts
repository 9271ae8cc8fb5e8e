import { expect, test } from 'vitest';
import { errorCodeOf, mayPassLater } from '../../../src/aws/aws-client.ts';

const none = new Headers();
const of = (body: string, headers = none): string => errorCodeOf(400, headers, Buffer.from(body));

test.each([
  ['{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"x"}', 'QueueDoesNotExist'],
  ['{"__type":"ParameterNotFound"}', 'ParameterNotFound'],
  ['<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Key>k</Key></Error>', 'NoSuchKey'],
  ['', 'HTTP 400'],
  ['{"__type":"with blanks and more"}', 'HTTP 400'],
])('the code is taken from the body %s', (body, code) => {
  expect(of(body)).toBe(code);
});

test('the code is taken from the headers where it stands there', () => {
  expect(of('', new Headers({ 'x-amzn-errortype': 'AccessDeniedException:http://internal/' }))).toBe(
    'AccessDeniedException',
  );
  const query = { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' };
  expect(of('{"__type":"other"}', new Headers(query))).toBe('AWS.SimpleQueueService.NonExistentQueue');
});

test('throttling and errors of AWS itself may pass, refusals not', () => {
  expect(mayPassLater(400, 'ThrottlingException')).toBe(true);
  expect(mayPassLater(503, 'SlowDown')).toBe(true);
  expect(mayPassLater(429, 'HTTP 429')).toBe(true);
  expect(mayPassLater(400, 'AccessDeniedException')).toBe(false);
  expect(mayPassLater(404, 'NoSuchKey')).toBe(false);
});
