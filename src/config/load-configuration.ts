/**
 * From where it is kept to a `Configuration`: read, parse, check, build. Fails with `configuration-invalid` and every
 * problem at once, and with `aws-unreachable` where it is kept in AWS and the same may succeed later. No secret is read
 * here.
 */
import { dirname, resolve } from 'node:path';
import type { CredentialsSource } from '../aws/credentials-source.ts';
import type { Configuration } from '../model/environment.ts';
import { awsAccess } from './aws-access.ts';
import { checkConfiguration } from './checks/check-configuration.ts';
import { configurationFrom } from './configuration-from.ts';
import { configurationLocation, readConfigurationText } from './document/configuration-location.ts';
import { processEnvironment, type ProcessEnvironment } from './process-environment.ts';

/**
 * @param options.path a file, `ssm:NAME` or `s3://BUCKET/KEY`. Relative paths inside it start from the file's folder,
 *   from the working directory where there is no file
 * @param options.env for secrets and defaults; the process's own when it is left out
 * @param options.awsCredentials where credentials for AWS come from that are not in the environment
 * @example const configuration = await loadConfiguration({ path: 'enclosure.yaml' });
 */
export async function loadConfiguration(options: {
  readonly path: string;
  readonly env?: ProcessEnvironment;
  readonly awsCredentials?: () => Promise<CredentialsSource>;
}): Promise<Configuration> {
  const { path, env = processEnvironment() } = options;
  const aws = awsAccess(env, options.awsCredentials);
  const source = checkConfiguration(await readConfigurationText(path, aws), path);
  const location = configurationLocation(path);
  const directory = location.kind === 'file' ? dirname(resolve(location.path)) : resolve('.');
  return configurationFrom(source, { directory, env, aws });
}
