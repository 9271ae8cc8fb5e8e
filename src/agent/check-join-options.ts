/** What an application asked for, checked before anything is opened. Fails with `usage-invalid`. */
import { EnclosureError } from '../base/enclosure-error.ts';
import { escapeName, pathProblem, segmentProblem } from '../model/znode-path.ts';
import type { StateOwner } from '../state/read-state.ts';
import type { ConnectOptions, JoinOptions } from './membership.ts';

export const defaultStateRoot = '/enclosure';

/** Every revision's receipt of every member is read by whoever lists them. */
const longestOwnData = 16 * 1024;

export function checkConnectOptions(options: ConnectOptions): StateOwner {
  const { environment, stateRoot = defaultStateRoot, znode } = options;
  requireSegment('environment', environment);
  requirePath('stateRoot', stateRoot);
  if (znode !== undefined) requirePath('znode', znode);
  return { name: environment, stateRoot };
}

export function checkJoinOptions(options: JoinOptions): StateOwner {
  requireSegment('name', options.name);
  const { labels = {}, data = null } = options;
  const text = jsonOf({ labels, data });
  if (text === undefined || Buffer.byteLength(text) > longestOwnData) {
    throw new EnclosureError('usage-invalid', 'labels and data cannot be shown to others', {
      expected: `JSON of at most ${longestOwnData} bytes`,
      found: text === undefined ? 'something that is not JSON' : `${Buffer.byteLength(text)} bytes`,
    });
  }
  return checkConnectOptions(options);
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function requireSegment(option: string, value: string): void {
  const problem = typeof value === 'string' ? segmentProblem(value) : 'it is not text';
  if (problem !== undefined) throw invalid(option, 'one segment of a znode path', value, problem);
}

function requirePath(option: string, value: string): void {
  const problem = value === '/' ? 'it is the root of everything' : pathProblem(value);
  if (problem !== undefined) throw invalid(option, 'an absolute znode path', value, problem);
}

function invalid(option: string, expected: string, found: string, problem: string): EnclosureError {
  return new EnclosureError('usage-invalid', `the option "${option}" cannot be used: ${problem}`, {
    expected,
    found: `"${escapeName(found)}"`,
  });
}
