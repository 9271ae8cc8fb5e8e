import type { Repository } from '../../model/environment.ts';

/** A push as its provider told it, reduced to what a sync request needs. Verified: only `receivePush` makes one. */
export interface Push {
  readonly ref: string;
  /** `ref` without `refs/heads/`. */
  readonly branch: string;
  readonly before: string;
  /** The commit it announced. A hint only: what is applied is the branch's head at the time of the run. */
  readonly after: string;
  readonly forced: boolean;
  /** Who pushed. */
  readonly actor: string;
  readonly delivery?: string;
  /** When it was received, ISO 8601. */
  readonly time: string;
}

/** What a webhook asks for. What is wrong with one is thrown as an `EnclosureError` instead. */
export type WebhookVerdict =
  | { readonly kind: 'push'; readonly push: Push }
  | {
      readonly kind: 'ignored';
      /** Why there is nothing to do; shown to whoever reads the provider's list of deliveries. */
      readonly reason: string;
    };

/** Header names in lower case, as `node:http` and API gateways give them. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What one provider's webhooks look like. */
export interface Provider {
  /** The largest body in bytes that it ever sends. */
  readonly bodyLimit: number;
  /** Its id of a delivery, the same for a redelivery. Nobody signs it: for the log only. */
  deliveryOf(headers: WebhookHeaders): string | undefined;
  /** Verifies the signature over the raw bytes, then reads them. */
  receive(webhook: ReceivedWebhook): Promise<WebhookVerdict>;
}

export interface ReceivedWebhook {
  readonly repository: Repository;
  readonly headers: WebhookHeaders;
  /** Exactly as it came over the wire. */
  readonly body: Uint8Array;
  /** When it was received, ISO 8601. */
  readonly time: string;
}
