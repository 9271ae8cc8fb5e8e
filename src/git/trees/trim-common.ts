/**
 * Of two raw tree objects, the parts that differ: what both begin and end with is left out, entry by entry, without decoding
 * any. A directory of thousands in which one file changed costs two names then, and not all of them.
 */
export function trimCommon(one: Buffer, other: Buffer, oidLength: number): readonly [Buffer, Buffer] {
  const [starts, others] = [entryStarts(one, oidLength), entryStarts(other, oidLength)];
  let first = 0;
  while (isSame(first, first)) first += 1;
  let [last, otherLast] = [starts.length - 1, others.length - 1];
  while (last > first && otherLast > first && isSame(last - 1, otherLast - 1)) {
    last -= 1;
    otherLast -= 1;
  }
  return [one.subarray(starts[first], starts[last]), other.subarray(others[first], others[otherLast])];

  /** Whether the entries of these numbers are the same bytes. The last number is that of the end. */
  function isSame(index: number, otherIndex: number): boolean {
    const [start, end] = [starts[index], starts[index + 1]];
    const [otherStart, otherEnd] = [others[otherIndex], others[otherIndex + 1]];
    if (start === undefined || otherStart === undefined || end === undefined || otherEnd === undefined)
      return false;
    return (
      end - start === otherEnd - otherStart && one.compare(other, otherStart, otherEnd, start, end) === 0
    );
  }
}

/** Where each entry begins (`mode SP name NUL oid`), and where the last one ends. */
function entryStarts(tree: Buffer, oidLength: number): number[] {
  const starts = [0];
  for (let at = 0; at < tree.length;) {
    const end = tree.indexOf(0, at);
    at = end === -1 ? tree.length : Math.min(end + 1 + oidLength, tree.length);
    starts.push(at);
  }
  return starts;
}
