/** Groups operations into transactions by count and by bytes. */
import type { Channel, Operation } from '../../model/ports/channel.ts';

/** About 500 operations and at most 512 KiB a transaction: more gains nothing and makes the server's queue lumpy. */
const maxOperations = 500;
const maxBytes = 512 * 1024;

/** Never yields an empty group; an operation that is larger than the limit alone makes a group alone. */
export async function* batches(
  operations: AsyncIterable<readonly Operation[]>,
  channel: Pick<Channel, 'frameLength'>,
): AsyncGenerator<Operation[]> {
  const empty = channel.frameLength([]);
  let group: Operation[] = [];
  let bytes = 0;
  for await (const some of operations) {
    for (const operation of some) {
      const length = channel.frameLength([operation]) - empty;
      if (group.length > 0 && (group.length === maxOperations || bytes + length > maxBytes)) {
        yield group;
        group = [];
        bytes = 0;
      }
      group.push(operation);
      bytes += length;
    }
  }
  if (group.length > 0) yield group;
}
