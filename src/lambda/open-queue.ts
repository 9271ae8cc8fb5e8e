/** What the functions that only queue need: the configuration and the queue. Neither ZooKeeper nor git comes with it. */
import { awsAccess } from '../config/aws-access.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { configurationPath, processEnvironment, queueUrl } from '../config/process-environment.ts';
import type { Configuration } from '../model/environment.ts';
import type { Queue } from '../model/ports/queue.ts';
import { SqsQueue } from '../intake/queue/sqs/sqs-queue.ts';

export interface OpenedQueue {
  readonly configuration: Configuration;
  readonly queue: Queue;
}

export async function openQueue(env = processEnvironment()): Promise<OpenedQueue> {
  const url = queueUrl(env);
  const [configuration, aws] = await Promise.all([
    loadConfiguration({ path: configurationPath(undefined, env), env }),
    awsAccess(env)(),
  ]);
  return { configuration, queue: new SqsQueue({ queueUrl: url, aws }) };
}
