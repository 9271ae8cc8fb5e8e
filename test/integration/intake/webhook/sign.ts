import { createHmac } from 'node:crypto';

export const webhookSecret = 'It is a secret to everybody';

/** GitHub's signature over bytes, made without the library that is tested. */
export function sign(body: Uint8Array | string, secret = webhookSecret): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** The headers of a delivery of GitHub's. */
export function deliveryHeaders(
  body: Uint8Array | string,
  changes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-event': 'push',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': sign(body),
    ...changes,
  };
}
