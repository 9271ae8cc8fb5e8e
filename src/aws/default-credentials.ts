/**
 * Credentials from wherever the AWS command line would find them: profiles, single sign-on, the role of a container or an
 * instance. For people and for `enclosure serve`. Not for the functions, which have theirs in the environment: this is
 * larger than all else that they hold.
 */
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { missing, type CredentialsSource } from './credentials-source.ts';

export function defaultCredentials(): CredentialsSource {
  const provide = defaultProvider();
  return async () => {
    try {
      return await provide();
    } catch (error) {
      throw missing(error);
    }
  };
}
