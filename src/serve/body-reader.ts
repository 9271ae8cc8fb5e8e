/**
 * Reads request bodies within two bounds: of one body, and of all bodies that are held at the same time. The second is
 * there because nobody has shown a signature yet: a hundred senders of 25 MB each must not take the process's memory.
 *
 * Fails with `webhook-too-large`, `queue-refused` (too much at once: the same sender may succeed later) and
 * `webhook-invalid` (the sender went away). It never destroys the request, so that an answer can still be sent.
 */
import type { IncomingMessage } from 'node:http';
import { EnclosureError, isEnclosureError } from '../base/enclosure-error.ts';
import { bodyTooLarge } from '../intake/webhook/accept-webhook.ts';

export type BodyReader = (request: IncomingMessage, limit: number) => Promise<Buffer>;

export function createBodyReader(maxHeld = 100_000_000): BodyReader {
  let held = 0;
  return async (request, limit) => {
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        length += chunk.length;
        held += chunk.length;
        if (length > limit) throw bodyTooLarge(limit);
        if (held > maxHeld) throw tooMuchAtOnce();
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } catch (error) {
      if (isEnclosureError(error)) throw error;
      throw new EnclosureError('webhook-invalid', 'the body ended too early', { cause: error });
    } finally {
      held -= length;
    }
  };
}

function tooMuchAtOnce(): EnclosureError {
  return new EnclosureError('queue-refused', 'too many bodies arrive at once');
}
