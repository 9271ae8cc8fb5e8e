/** What the sync function works with: the configuration made able to act, and the way back into the queue. */
import { createAwsClient } from '../aws/aws-client.ts';
import { environmentCredentials } from '../aws/credentials-source.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import {
  awsEnvironment,
  configurationPath,
  gitBaseEnvironment,
  hasQueue,
  processEnvironment,
  queueUrl,
  type ProcessEnvironment,
} from '../config/process-environment.ts';
import { sqsRetry, type Retry } from '../intake/queue/sqs/sqs-retry.ts';
import { createEnclosure } from '../enclosure/create-enclosure.ts';
import type { OpenedSync } from './handle-sync.ts';

export async function openSync(env = processEnvironment()): Promise<OpenedSync> {
  const configuration = await loadConfiguration({ path: configurationPath(undefined, env), env });
  const enclosure = createEnclosure(configuration, gitBaseEnvironment(env));
  return hasQueue(env) ? { enclosure, retry: retryOn(env) } : { enclosure };
}

function retryOn(env: ProcessEnvironment): Retry {
  const { credentials, ...aws } = awsEnvironment(env);
  return sqsRetry({
    queueUrl: queueUrl(env),
    // Once and not for long: a function without a way to SQS must not spend its last seconds on it.
    aws: createAwsClient({
      ...aws,
      credentials: environmentCredentials(credentials),
      attempts: 1,
      attemptMs: 1_000,
    }),
  });
}
