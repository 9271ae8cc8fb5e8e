/**
 * The whole answer to a webhook as a value: verify, map, queue, and which status says what became of it. It is the same
 * for `enclosure serve` and for a function; those only carry bytes. Never fails: what goes wrong becomes an answer and a
 * log line. The sender is told nothing of our insides, so an answer of the 5xx kind has no details.
 */
import { EnclosureError, type ErrorCode, isEnclosureError } from '../../base/enclosure-error.ts';
import type { Configuration, Repository } from '../../model/environment.ts';
import { type Hold, stillHolds } from '../../model/hold.ts';
import type { Log } from '../../model/ports/log.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { github } from './github/github.ts';
import type { Provider, Push, ReceivedWebhook, WebhookHeaders, WebhookVerdict } from './push.ts';

export interface WebhookAnswer {
  readonly status: number;
  /** To be sent as JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface WebhookParts {
  readonly configuration: Configuration;
  /** Resolves once the requests are safe with the queue. */
  readonly send: (requests: readonly SyncRequest[], signal?: AbortSignal) => Promise<void>;
  readonly log: Log;
  readonly now?: () => Date;
  /**
   * What held an environment when this process last looked. An answer does not wait for the ensemble; where nobody in the
   * process talks to it, as in a function, nothing is known.
   */
  readonly heldBy?: (environment: string) => Hold | undefined;
}

export interface WebhookDelivery {
  /** The repository's name in the configuration, from the endpoint's path. */
  readonly repository: string;
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array;
}

export async function acceptWebhook(
  parts: WebhookParts,
  delivery: WebhookDelivery,
  signal?: AbortSignal,
): Promise<WebhookAnswer> {
  const repository = parts.configuration.repositories.get(delivery.repository);
  if (repository === undefined) return { status: 404, body: { error: { message: 'no such repository' } } };
  const log = parts.log.child({
    repository: repository.name,
    delivery: providers[repository.provider].deliveryOf(delivery.headers),
  });
  try {
    const time = (parts.now?.() ?? new Date()).toISOString();
    const verdict = await receivePush({ ...delivery, repository, time });
    if (verdict.kind === 'ignored') return ignored(log, verdict.reason);

    const { push } = verdict;
    const requests = mapPush(parts.configuration, repository.name, push);
    if (requests.length === 0) return ignored(log, `no environment is mapped to the branch ${push.branch}`);
    await parts.send(requests, signal);
    const queued = requests.map((request) => request.environment);
    const { ref, before, after, forced, actor } = push;
    log.info({ ref, before, after, forced, actor, queued }, 'push queued');
    return { status: 202, body: { queued, ...heldAmong(parts, queued) } };
  } catch (error) {
    return failedAnswer(log, error);
  }
}

/** The sender is told what will keep its push from being applied: by whom, why and until when. */
function heldAmong(
  { heldBy, now }: WebhookParts,
  environments: readonly string[],
): { readonly held?: Readonly<Record<string, Pick<Hold, 'who' | 'why' | 'until'>>> } {
  const time = (now?.() ?? new Date()).getTime();
  const held = environments.flatMap((environment) => {
    const hold = heldBy?.(environment);
    if (hold === undefined || !stillHolds(hold, time)) return [];
    const { who, why, until } = hold;
    return [[environment, { who, why, until }] as const];
  });
  return held.length === 0 ? {} : { held: Object.fromEntries(held) };
}

function ignored(log: Log, reason: string): WebhookAnswer {
  log.info({ ignored: reason }, 'webhook ignored');
  return { status: 200, body: { ignored: reason } };
}

const statuses: Partial<Record<ErrorCode, number>> = {
  'webhook-unsigned': 401,
  'webhook-invalid': 400,
  'webhook-too-large': 413,
  'queue-refused': 503,
  aborted: 503,
};

/** The answer to what went wrong, at whichever point of receiving a webhook, and the line in the log. */
export function failedAnswer(log: Log, error: unknown): WebhookAnswer {
  const known = isEnclosureError(error) ? error : undefined;
  const status = (known && statuses[known.code]) ?? 500;
  const fields = { status, code: known?.code, error: error instanceof Error ? error.message : String(error) };
  if (known === undefined || status >= 500) {
    log.error(fields, 'webhook failed');
    const code = status === 503 ? 'queue-refused' : 'failed';
    return { status, body: { error: { code, message: 'not accepted; the reason is in the log' } } };
  }
  log.warn(fields, 'webhook refused');
  return { status, body: { error: { code: known.code, message: known.message } } };
}

/** The sync requests that a push leads to: one for every environment of its repository and branch. Pure. */
export function mapPush(configuration: Configuration, repository: string, push: Push): SyncRequest[] {
  return [...configuration.environments.values()]
    .filter((environment) => environment.repository.name === repository && environment.branch === push.branch)
    .map((environment) => ({
      environment: environment.name,
      reason: 'push',
      actor: push.actor,
      ...(push.delivery === undefined ? {} : { delivery: push.delivery }),
      time: push.time,
      repository,
      ref: push.ref,
      hint: push.after,
    }));
}

/**
 * Raw bytes in, verified push out; the provider of the repository says how. Nothing of HTTP is here. Fails with
 * `webhook-unsigned`, `webhook-too-large` and `webhook-invalid` for what the sender did, with `configuration-invalid`
 * and `secret-missing` for what the operator did.
 */
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
