import { expect, test } from 'vitest';
import { endpointOf } from '../../../src/aws/aws-client.ts';

test('a service is found by its region; China has a domain of its own', () => {
  expect(endpointOf('sqs', 'eu-central-1')).toBe('https://sqs.eu-central-1.amazonaws.com');
  expect(endpointOf('ssm', 'us-gov-west-1')).toBe('https://ssm.us-gov-west-1.amazonaws.com');
  expect(endpointOf('s3', 'cn-north-1')).toBe('https://s3.cn-north-1.amazonaws.com.cn');
});
