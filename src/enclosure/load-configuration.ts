/**
 * The configuration for whoever runs outside of AWS's functions: where it or a secret of it is kept in AWS, the credentials
 * come from wherever the AWS command line would find them. That is large, and loaded only then.
 */
import { loadConfiguration as load } from '../config/load-configuration.ts';
import type { ProcessEnvironment } from '../config/process-environment.ts';
import type { Configuration } from '../model/environment.ts';

/**
 * Fails with `configuration-invalid` and every problem at once. Secrets are read when they are needed.
 * @param options.path a file, `ssm:NAME` or `s3://BUCKET/KEY`
 * @param options.env for secrets and defaults; the process's own when it is left out
 * @example const configuration = await loadConfiguration({ path: 'enclosure.yaml' });
 */
export async function loadConfiguration(options: {
  readonly path: string;
  readonly env?: ProcessEnvironment;
}): Promise<Configuration> {
  return await load({
    ...options,
    awsCredentials: async () => (await import('../aws/default-credentials.ts')).defaultCredentials(),
  });
}
