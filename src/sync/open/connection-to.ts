import type { ConnectionOptions } from '../../model/connection-options.ts';
import type { Ensemble } from '../../model/environment.ts';

/** How to connect to an ensemble, with its secrets. Fails with `secret-missing`. */
export async function connectionTo(ensemble: Ensemble): Promise<ConnectionOptions> {
  const reveal = ensemble.auth.map(async ({ scheme, credentials }) => ({
    scheme,
    credentials: await credentials.reveal(),
  }));
  return {
    connect: ensemble.connect,
    sessionTimeoutMs: ensemble.sessionTimeoutMs,
    auth: await Promise.all(reveal),
  };
}
