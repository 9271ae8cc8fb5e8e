import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Repository } from '../../model/environment.ts';
import { withoutSecret } from './accept-webhook.ts';

/**
 * Makes sure that every endpoint has a secret, and that each secret can be had, before anything listens: an endpoint
 * without one would let anybody start runs, and one whose secret is missing would refuse every push (F50). Fails with
 * `configuration-invalid` or `secret-missing`.
 */
export async function requireSecrets(repositories: Iterable<Repository>): Promise<void> {
  for (const repository of repositories) {
    if (repository.webhookSecrets.length === 0) throw withoutSecret(repository);
    for (const secret of repository.webhookSecrets) {
      if ((await secret.reveal()) !== '') continue;
      throw new EnclosureError('secret-missing', 'the webhook secret is empty', {
        where: `repositories.${repository.name}.webhookSecret, from ${secret.origin}`,
        next: 'Give it the value that the settings of the webhook have.',
      });
    }
  }
}
