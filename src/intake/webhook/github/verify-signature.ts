/**
 * Verifies GitHub's `X-Hub-Signature-256` over the bytes that arrived, before anything reads them. Fails with
 * `webhook-unsigned` and says no more than that: whoever cannot sign learns nothing about what would have matched.
 *
 * `@octokit/webhooks` compares in constant time, but takes a string and hashes its UTF-8 form. A lossy decoding would
 * therefore let other bytes pass than those that were signed; a fatal one gives back exactly the same bytes, and no
 * provider sends JSON that is not UTF-8. The byte order mark stays in for the same reason.
 */
import { Webhooks } from '@octokit/webhooks';
import { EnclosureError } from '../../../base/enclosure-error.ts';
import type { Secret } from '../../../base/secret.ts';

const wellFormed = /^sha256=[0-9a-f]{64}$/;

/** Several secrets are accepted because a secret is rotated by having both for a while. */
export async function verifySignature(
  secrets: readonly Secret[],
  body: Uint8Array,
  signature: string | readonly string[] | undefined,
): Promise<void> {
  if (typeof signature !== 'string' || !wellFormed.test(signature)) throw unsigned();
  const text = decode(body);
  const verdicts = await Promise.all(secrets.map((secret) => matches(secret, text, signature)));
  if (!verdicts.includes(true)) throw unsigned();
}

async function matches(secret: Secret, text: string, signature: string): Promise<boolean> {
  const value = await secret.reveal();
  if (value === '') {
    throw new EnclosureError('secret-missing', 'the webhook secret is empty', { where: secret.origin });
  }
  return await new Webhooks({ secret: value }).verify(text, signature);
}

/** Nothing is signed over an empty body, and the library refuses to try. */
function decode(body: Uint8Array): string {
  if (body.length === 0) throw unsigned();
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw unsigned();
  }
}

function unsigned(): EnclosureError {
  return new EnclosureError('webhook-unsigned', 'the signature does not match', {
    expected: 'an X-Hub-Signature-256 made with the secret of this repository',
    next: 'Compare the secret in the settings of the webhook with webhookSecret in the configuration.',
  });
}
