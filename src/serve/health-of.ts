import type { WebhookAnswer } from '../intake/webhook/accept-webhook.ts';
import type { LastOutcome } from './last-outcomes.ts';
import type { SyncRequest } from '../model/sync/sync-request.ts';

export interface HealthParts {
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly environments: readonly string[];
  readonly outcomes: ReadonlyMap<string, LastOutcome>;
  readonly queue: { contents(): readonly SyncRequest[] };
  readonly isStopping: boolean;
}

/**
 * What `/healthz` answers. It says whether this process takes requests, so an environment that fails is reported and
 * does not make the process unhealthy: starting it again would not help.
 */
export function healthOf(parts: HealthParts): WebhookAnswer {
  return {
    status: parts.isStopping ? 503 : 200,
    body: {
      status: parts.isStopping ? 'stopping' : 'ok',
      uptimeSeconds: Math.floor((Date.now() - parts.started) / 1000),
      queue: parts.queue.contents().length,
      environments: Object.fromEntries(
        parts.environments.map((name) => [name, parts.outcomes.get(name) ?? null]),
      ),
    },
  };
}
