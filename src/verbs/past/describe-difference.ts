/**
 * The difference of two contents as a person reads it: a unified diff, or a line that says why there is none (secret,
 * binary, too long). Lines are fit for a terminal. Pure; never fails.
 */
import { isUtf8 } from 'node:buffer';
import { formatPatch, OMIT_HEADERS, structuredPatch } from 'diff';
import { escapeName } from '../../model/znode-path.ts';
import { looksSecret } from './looks-secret.ts';

export interface Difference {
  /** Of the znode, relative to the root znode; '' for the root itself. */
  readonly path: string;
  /** Of the file, where the znode is named otherwise: its name may say that it holds a secret. */
  readonly file?: string;
  /** Undefined where there is nothing at all; empty for a znode without data. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** Lines of one difference that are shown; the rest is counted. */
const maxLines = 200;
const maxLineLength = 400;
/** Longer texts are not compared: time and memory grow with length and with the number of differences. */
const maxTextBytes = 1024 * 1024;
const maxEdits = 2_000;

/** Nothing for equal contents. */
export function describeDifference({ path, file, before, after }: Difference): string[] {
  if (before === undefined && after === undefined) return [];
  if (before !== undefined && after !== undefined && Buffer.compare(before, after) === 0) return [];
  const header = [
    `--- ${before === undefined ? '/dev/null' : `a/${shown(path)}`}`,
    `+++ ${after === undefined ? '/dev/null' : `b/${shown(path)}`}`,
  ];
  const instead = (why: string): string[] => [
    ...header,
    `(${why}: ${sizeOf(before)} before, ${sizeOf(after)} after)`,
  ];
  if (looksSecret(path) || (file !== undefined && looksSecret(file))) return instead(hidden);
  if (isTooLong(before) || isTooLong(after)) return instead('too long to be compared line by line');
  const [one, other] = [textOf(before), textOf(after)];
  // Also of what is no text: a key store may have a key in clear in it.
  if (looksSecret('', one ?? latin(before), other ?? latin(after))) return instead(hidden);
  if (one === undefined || other === undefined) return instead('binary');
  if (one === other) return instead('without data');
  const options = { context: 3, maxEditLength: maxEdits };
  const patch = structuredPatch('', '', one, other, undefined, undefined, options);
  if (patch === undefined) return instead('too different to be compared line by line');
  // Not the library's headers: they quote names in another way than everything else here.
  return [...header, ...bounded(formatPatch(patch, OMIT_HEADERS).replace(/\n$/, '').split('\n'))];
}

const hidden = 'may hold a secret, so its content is not shown';

function bounded(lines: readonly string[]): string[] {
  const shownLines = lines.slice(0, maxLines).map(shownLine);
  const left = lines.length - shownLines.length;
  return left === 0 ? shownLines : [...shownLines, `(and ${left} more lines of this difference)`];
}

/** Tabs stay; nothing else that moves a cursor does. */
function shownLine(line: string): string {
  const cut = line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line;
  return cut.split('\t').map(escapeName).join('\t');
}

function shown(path: string): string {
  return path === '' ? '.' : escapeName(path);
}

function sizeOf(content: Uint8Array | undefined): string {
  if (content === undefined) return 'nothing';
  return content.length === 1 ? '1 byte' : `${content.length} bytes`;
}

function isTooLong(content: Uint8Array | undefined): boolean {
  return content !== undefined && content.length > maxTextBytes;
}

/** Undefined for what is no text. */
function textOf(content: Uint8Array | undefined): string | undefined {
  if (content === undefined) return '';
  return isUtf8(content) && !content.includes(0) ? Buffer.from(content).toString() : undefined;
}

function latin(content: Uint8Array | undefined): string {
  return Buffer.from(content ?? []).toString('latin1');
}
