import type { Cancellable, GitRepository } from '../../model/ports/git-repository.ts';

/**
 * Files that Git LFS keeps elsewhere: what git holds is a short text that names the content. To sync that text would
 * deploy a pointer in the place of the data.
 */

/**
 * Only these sizes are looked at. A pointer is three lines (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md):
 * 43 bytes of version, 76 of oid, and 7 to 25 of size, so 126 to 144 bytes; the margin is for other hash names. The
 * specification allows extensions, which nobody is known to use, to make it longer.
 */
const smallest = 120;
const largest = 199;
const firstLine = Buffer.from('version https://git-lfs.github.com/spec/v1\n');

export function mayBePointer(size: number): boolean {
  return size >= smallest && size <= largest;
}

/** Which of these blobs are pointers. `candidates` are blobs of a size that `mayBePointer` accepts. */
export async function findPointers(
  repository: GitRepository,
  candidates: ReadonlySet<string>,
  options: Cancellable,
): Promise<Set<string>> {
  const pointers = new Set<string>();
  if (candidates.size === 0) return pointers;
  const objects = repository.openContents();
  try {
    for await (const { id, data } of objects.read(candidates, { ...options, keep: largest })) {
      if (data?.subarray(0, firstLine.length).equals(firstLine) === true) pointers.add(id);
    }
  } finally {
    await objects.close();
  }
  return pointers;
}
