/** Which key an operator means: given by its text, its digest, or the beginning of its digest. Pure. */
import { EnclosureError } from '../../base/enclosure-error.ts';
import { escapeName } from '../../model/znode-path.ts';
import { isKeyDigest, keyDigest } from '../coordination/entry-paths.ts';

const beginning = /^[0-9a-f]{8,63}$/;
/** How many digests a message holds. */
const mostShown = 5;

/**
 * The digest of the key. A whole digest comes first: it names each key, whatever the texts of the others look like.
 * Fails with `znode-unknown`, and with `usage-invalid` if several keys match.
 *
 * @param digests the digests of all keys
 */
export function findKey(digests: readonly string[], wanted: string, where: string): string {
  if (isKeyDigest(wanted) && digests.includes(wanted)) return wanted;
  const ofText = keyDigest(wanted);
  const isMeant = (digest: string): boolean =>
    digest === ofText || (beginning.test(wanted) && digest.startsWith(wanted));
  const [found, ...others] = digests.filter(isMeant);
  if (found === undefined) {
    throw new EnclosureError('znode-unknown', 'the namespace has no such key', {
      where,
      expected: 'the text of a key, its digest, or at least 8 digits that only one digest begins with',
      found: `"${escapeName(wanted)}"`,
      next: 'List the keys with enclosure cache ls.',
    });
  }
  if (others.length === 0) return found;
  const shown = [found, ...others].slice(0, mostShown).join(', ');
  throw new EnclosureError('usage-invalid', 'this matches more than one key', {
    where,
    expected: 'more digits of one of their digests',
    found: others.length < mostShown ? shown : `${shown} and ${others.length + 1 - mostShown} more`,
  });
}
