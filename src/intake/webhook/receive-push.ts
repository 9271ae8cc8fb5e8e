/**
 * Raw bytes in, verified push out; the provider of the repository says how. Nothing of HTTP is here. Fails with
 * `webhook-unsigned`, `webhook-too-large` and `webhook-invalid` for what the sender did, with `configuration-invalid`
 * and `secret-missing` for what the operator did.
 */
import type { Repository } from '../../model/environment.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { github } from './github/github.ts';
import type { Provider, ReceivedWebhook, WebhookVerdict } from './push.ts';

export const providers: Readonly<Record<Repository['provider'], Provider>> = { github };

export async function receivePush(webhook: ReceivedWebhook): Promise<WebhookVerdict> {
  const { repository, body } = webhook;
  const provider = providers[repository.provider];
  if (repository.webhookSecrets.length === 0) throw withoutSecret(repository);
  if (body.length > provider.bodyLimit) throw bodyTooLarge(provider.bodyLimit);
  return await provider.receive(webhook);
}

export function bodyTooLarge(limit: number): EnclosureError {
  return new EnclosureError('webhook-too-large', 'the body is too large', {
    expected: `at most ${limit} bytes`,
  });
}

export function withoutSecret(repository: Repository): EnclosureError {
  return new EnclosureError('configuration-invalid', 'the repository has no webhook secret', {
    where: `repositories.${repository.name}`,
    expected: 'webhookSecret',
    next: 'Set it to the secret in the settings of the webhook; without one anybody could start a run.',
  });
}
