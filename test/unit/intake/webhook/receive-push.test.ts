import { describe, expect, it } from 'vitest';
import { receivePush } from '../../../../src/intake/webhook/accept-webhook.ts';
import type { WebhookVerdict } from '../../../../src/intake/webhook/push.ts';
import type { Repository } from '../../../../src/model/environment.ts';
import { repositoryOf } from '../../../integration/intake/webhook/configuration-of.ts';
import { examplesOf, pushPayload } from '../../../integration/intake/webhook/push-payloads.ts';
import { deliveryHeaders } from '../../../integration/intake/webhook/sign.ts';

const time = '2026-01-02T03:04:05.000Z';

async function receive(
  payload: unknown,
  changes: Readonly<Record<string, string>> = {},
  repository: Repository = repositoryOf(),
): Promise<WebhookVerdict> {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return await receivePush({ repository, headers: deliveryHeaders(body, changes), body, time });
}

const zeros = '0'.repeat(40);

const nothingToDo: readonly (readonly [string, unknown, Readonly<Record<string, string>>])[] = [
  ['a tag', pushPayload({ ref: 'refs/tags/v1' }), {}],
  ['a deleted branch', pushPayload({ deleted: true, after: zeros }), {}],
  ['a deleted branch by its flag alone', pushPayload({ deleted: true }), {}],
  ['a deleted branch by its commit id alone', pushPayload({ after: zeros }), {}],
  ['another repository', pushPayload({ repository: { full_name: 'Codertocat/Other' } }), {}],
  ['a note', pushPayload({ ref: 'refs/notes/commits' }), {}],
  ...examplesOf('ping').map((ping) => ['a ping', ping, { 'x-github-event': 'ping' }] as const),
  ['a deletion event', examplesOf('delete')[0], { 'x-github-event': 'delete' }],
  ['an event nobody knows', { a: 1 }, { 'x-github-event': 'pull_request' }],
];

describe('receivePush', () => {
  it('gives the push of a signed delivery', async () => {
    expect(await receive(pushPayload())).toEqual({
      kind: 'push',
      push: {
        ref: 'refs/heads/master',
        branch: 'master',
        before: zeros,
        after: '6113728f27ae82c7b1a177c8d03f9e96e0adf246',
        forced: false,
        actor: 'Codertocat',
        delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
        time,
      },
    });
  });

  it('F50: says unsigned, not malformed, of a body that is both, because it did not parse it', async () => {
    await expect(receive('['.repeat(1000), { 'x-hub-signature-256': 'sha256=0' })).rejects.toMatchObject({
      code: 'webhook-unsigned',
    });
  });

  it('F50: a repository without a secret is an error of the configuration, whatever was sent', async () => {
    await expect(receive(pushPayload(), {}, repositoryOf({ webhookSecrets: [] }))).rejects.toMatchObject({
      code: 'configuration-invalid',
    });
  });

  it('F51: refuses a body over the cap before hashing it', async () => {
    const body = Buffer.alloc(25_000_001, 0x20);
    await expect(receivePush({ repository: repositoryOf(), headers: {}, body, time })).rejects.toMatchObject({
      code: 'webhook-too-large',
    });
  });

  it('F51: takes the last of two equal keys, as every JSON parser does', async () => {
    const text = JSON.stringify(pushPayload()).replace('{', '{"ref":"refs/heads/other",');
    expect(await receive(text)).toMatchObject({ kind: 'push', push: { branch: 'master' } });
  });

  it.each(nothingToDo)('F52: ignores %s with a reason', async (_, payload, headers) => {
    expect(await receive(payload, headers)).toEqual({
      kind: 'ignored',
      reason: expect.any(String) as string,
    });
  });

  it('refuses a delivery that does not say its event', async () => {
    const body = Buffer.from(JSON.stringify(pushPayload()));
    const { 'x-github-event': _, ...headers } = deliveryHeaders(body);
    await expect(receivePush({ repository: repositoryOf(), headers, body, time })).rejects.toMatchObject({
      code: 'webhook-invalid',
    });
  });

  it('refuses a form and says which content type to set', async () => {
    await expect(
      receive('payload=%7B%7D', { 'content-type': 'application/x-www-form-urlencoded' }),
    ).rejects.toThrow(/application\/json/);
  });

  it('leaves out a delivery id that is none, since nobody signed it', async () => {
    const verdict = await receive(pushPayload(), { 'x-github-delivery': 'a b\u0007' });
    expect(verdict.kind === 'push' && verdict.push.delivery).toBeUndefined();
  });

  it('names the pusher where the payload has no sender', async () => {
    const verdict = await receive(pushPayload({ sender: undefined, pusher: { name: 'deploy-key' } }));
    expect(verdict).toMatchObject({ push: { actor: 'deploy-key' } });
  });
});
