import type { Refusal, Step } from '../../model/plan.ts';
import { escapeName, joinPath } from '../../model/znode-path.ts';

/** Named one by one; the rest is counted. */
const named = 20;

/**
 * The files that do not fit into one request, by name, size and limit. The server closes the connection without a word
 * on a longer request, and every client calls that a connection loss, so it has to be known before the first write.
 *
 * @param room bytes that one request leaves for a znode's path and data
 */
export function tooLarge(steps: readonly Step[], root: string, room: number): Refusal[] {
  const refusals: Refusal[] = [];
  let more = 0;
  for (const step of steps) {
    if (step.action === 'delete' || step.bytes < room / 2) continue;
    const path = joinPath(root, step.path);
    const limit = room - Buffer.byteLength(path);
    if (step.bytes <= limit) continue;
    if (refusals.length === named) {
      more += 1;
      continue;
    }
    refusals.push({
      code: 'too-large',
      message:
        `the file for ${escapeName(path)} has ${step.bytes} bytes; the limit for it is ${limit} bytes, because a znode's data ` +
        'must fit into one request of 1,048,575 bytes together with the fence. Split the file, or keep it elsewhere.',
    });
  }
  if (more > 0) refusals.push({ code: 'too-large', message: `and ${more} more that are too large` });
  return refusals;
}
