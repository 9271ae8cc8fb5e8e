import { EnclosureError } from '../../base/enclosure-error.ts';

/** The end of a session that nobody asked for. `id` in hexadecimal, as the servers log it. */
export function sessionLost(id: string, connect: string, found: string): EnclosureError {
  return new EnclosureError('zookeeper-session-expired', `the session 0x${id} is lost`, {
    where: connect,
    found,
    next: 'Its locks and ephemeral znodes are free; run it again.',
  });
}
