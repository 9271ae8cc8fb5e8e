import type { Ensemble } from '../../model/environment.ts';

/** What a connection to an ensemble needs, with its secrets. Fails with `secret-missing`. */
export async function connectionTo(ensemble: Ensemble) {
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
