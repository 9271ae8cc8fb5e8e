import { isUtf8 } from 'node:buffer';
import type { EnvironmentAt } from '../../verbs/environment-at.ts';

/** What `at --json` prints: the list, or one file with its bytes, as text where they are text. */
export function atJson({ content, znodes, remarks: notes, ...rest }: EnvironmentAt, file: boolean): unknown {
  const then = { ...rest, notes };
  if (!file || content === undefined) return { ...then, znodes };
  const { data, oid } = content;
  const encoding = isUtf8(data) ? 'utf8' : 'base64';
  return { ...then, file: content.file, oid, size: data.length, encoding, data: data.toString(encoding) };
}
