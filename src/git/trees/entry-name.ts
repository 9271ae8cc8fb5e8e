/**
 * Names in git are bytes. Here they become text, and what is no UTF-8 is said so instead of being decoded silently:
 * two different names could end up as the same one.
 */
import { isUtf8 } from 'node:buffer';

export interface EntryName {
  /** The text; where it is not UTF-8, the wrong bytes stand in it as `\xNN`. */
  readonly text: string;
  /** Set when it is not UTF-8: where the first wrong byte stands. */
  readonly invalidAt?: number;
}

export function decodeName(bytes: Buffer): EntryName {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') };
  let text = '';
  let invalidAt: number | undefined;
  for (let offset = 0; offset < bytes.length;) {
    const width = sequenceWidth(bytes, offset);
    if (width === 0) {
      invalidAt ??= offset;
      text += String.raw`\x${bytes.toString('hex', offset, offset + 1)}`;
    } else {
      text += bytes.toString('utf8', offset, offset + width);
    }
    offset += Math.max(width, 1);
  }
  return invalidAt === undefined ? { text } : { text, invalidAt };
}

/** A whole path; `invalidAt` is about its last segment, because the directories above have entries of their own. */
export function decodePath(bytes: Buffer): EntryName {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') };
  const nameAt = bytes.lastIndexOf(0x2f) + 1;
  const name = decodeName(bytes.subarray(nameAt));
  return { ...name, text: decodeName(bytes.subarray(0, nameAt)).text + name.text };
}

/** How many bytes the character at `offset` has, 0 when there is none. */
function sequenceWidth(bytes: Buffer, offset: number): number {
  const last = Math.min(4, bytes.length - offset);
  for (let width = 1; width <= last; width += 1) {
    if (isUtf8(bytes.subarray(offset, offset + width))) return width;
  }
  return 0;
}
