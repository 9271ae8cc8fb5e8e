/** Where the credentials come from that requests to AWS are signed with. Fails with `secret-missing`. */
import { EnclosureError } from '../base/enclosure-error.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export type CredentialsSource = () => Promise<AwsCredentials>;

/** What stands in the environment: a function has its role's credentials there, for as long as it lives. */
export function environmentCredentials(credentials: AwsCredentials | undefined): CredentialsSource {
  return () => (credentials === undefined ? Promise.reject(missing()) : Promise.resolve(credentials));
}

export function missing(cause?: unknown): EnclosureError {
  return new EnclosureError('secret-missing', 'there are no credentials for AWS', {
    expected: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the role of a task or an instance',
    cause,
  });
}
