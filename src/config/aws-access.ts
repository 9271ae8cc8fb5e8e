/**
 * The way to AWS for what a configuration names there, opened when the first of it is needed: whoever keeps nothing in
 * AWS neither loads nor configures anything for it.
 */
import type { AwsClient } from '../aws/aws-client.ts';
import type { CredentialsSource } from '../aws/credentials-source.ts';
import { awsEnvironment, type ProcessEnvironment } from './process-environment.ts';

export type AwsAccess = () => Promise<AwsClient>;

/** `fallback`: where credentials come from that are not in the environment. */
export function awsAccess(env: ProcessEnvironment, fallback?: () => Promise<CredentialsSource>): AwsAccess {
  let client: Promise<AwsClient> | undefined;
  const open = async (): Promise<AwsClient> => {
    const [{ createAwsClient }, { environmentCredentials }] = await Promise.all([
      import('../aws/aws-client.ts'),
      import('../aws/credentials-source.ts'),
    ]);
    const { region, endpoints, credentials } = awsEnvironment(env);
    const source =
      credentials === undefined && fallback !== undefined
        ? await fallback()
        : environmentCredentials(credentials);
    return createAwsClient({ region, endpoints, credentials: source });
  };
  return () => (client ??= open());
}
