import { describe, expect, test } from 'vitest';
import type { State } from '../../../src/model/state.ts';
import { formatJson, parseState } from '../../../src/state/parse-state.ts';

const mapping = { directory: 'd', layout: 'file', unsupported: 'refuse' } as const;
const state: State = {
  format: 1,
  environment: 'production',
  znode: '/env',
  repository: 'https://example.com/config.git',
  branch: 'main',
  mapping,
  mappingDigest: 'abc',
  revision: 3,
  commit: 'a'.repeat(40),
  phase: 'applying',
  target: { revision: 4, commit: 'b'.repeat(40), mapping },
  znodes: 12,
  time: '2026-01-01T00:00:00.000Z',
};

describe('the state', () => {
  test('is read as it was written', () => {
    expect(parseState(formatJson(state), '/e/production')).toEqual(state);
  });

  test('of a newer format is refused by name', () => {
    const newer = Buffer.from(JSON.stringify({ ...state, format: 2 }));
    expect(() => parseState(newer, '/e/production')).toThrow(
      expect.objectContaining({ code: 'state-newer', message: expect.stringContaining('format 2') }),
    );
  });

  test.each([
    ['no JSON', 'not json'],
    ['half a state', JSON.stringify(state).slice(0, 50)],
    ['another value', '[]'],
    ['a wrong commit', JSON.stringify({ ...state, commit: 'HEAD' })],
  ])('that cannot be understood is an error, never "no state": %s', (_, text) => {
    expect(() => parseState(Buffer.from(text), '/e/production')).toThrow(
      expect.objectContaining({
        code: 'state-unreadable',
        message: expect.stringContaining('/e/production'),
      }),
    );
  });
});
