/**
 * What a webhook of GitHub says: raw bytes in, verdict out. The signature comes first; only then are headers and body
 * believed. The headers are not signed, so the delivery id is used to recognise a delivery in a log and for nothing else.
 */
import { EnclosureError } from '../../../base/enclosure-error.ts';
import { parseGithubPayload } from './github-payload.ts';
import { parseJson } from '../parse-json.ts';
import type { Provider, ReceivedWebhook, WebhookHeaders, WebhookVerdict } from '../push.ts';
import { mayBeSameRepository } from './may-be-same-repository.ts';
import { verifySignature } from './verify-signature.ts';

export const github: Provider = {
  // GitHub delivers nothing over 25 MB; it does not say which megabyte, and the smaller one is the safer cap.
  bodyLimit: 25_000_000,
  deliveryOf,
  receive,
};

const headBranches = 'refs/heads/';
const deliveryId = /^[\w-]{1,100}$/;

async function receive(webhook: ReceivedWebhook): Promise<WebhookVerdict> {
  const { repository, headers, body, time } = webhook;
  await verifySignature(repository.webhookSecrets, body, headers['x-hub-signature-256']);
  const event = headers['x-github-event'];
  if (typeof event !== 'string') {
    throw new EnclosureError('webhook-invalid', 'the X-GitHub-Event header is missing');
  }
  if (event !== 'push') return ignored(`event ${event.slice(0, 100)} is not push`);
  refuseForm(headers['content-type']);

  const payload = parseGithubPayload(parseJson(body));
  if (!mayBeSameRepository(repository.url, payload.repository.full_name)) {
    return ignored(`this endpoint is not for the repository ${payload.repository.full_name}`);
  }
  if (!payload.ref.startsWith(headBranches)) return ignored(`${payload.ref} is not a branch`);
  if (payload.deleted || /^0+$/.test(payload.after)) {
    return ignored(`${payload.ref} was deleted; its znodes are left as they are`);
  }
  const delivery = deliveryOf(headers);
  return {
    kind: 'push',
    push: {
      ref: payload.ref,
      branch: payload.ref.slice(headBranches.length),
      before: payload.before,
      after: payload.after,
      forced: payload.forced,
      actor: payload.sender?.login ?? payload.pusher?.name ?? 'unknown',
      ...(delivery === undefined ? {} : { delivery }),
      time,
    },
  };
}

function deliveryOf(headers: WebhookHeaders): string | undefined {
  const header = headers['x-github-delivery'];
  return typeof header === 'string' && deliveryId.test(header) ? header : undefined;
}

/** GitHub's other content type wraps the JSON in a form; one way in is enough, and the message says which. */
function refuseForm(contentType: WebhookHeaders[string]): void {
  if (typeof contentType !== 'string' || !/^application\/x-www-form-urlencoded/i.test(contentType)) return;
  throw new EnclosureError('webhook-invalid', 'the webhook sends a form', {
    expected: 'content type application/json',
    next: 'Set the content type to application/json in the settings of the webhook.',
  });
}

function ignored(reason: string): WebhookVerdict {
  return { kind: 'ignored', reason };
}
