import { expect, test } from 'vitest';
import { renderVerification } from '../../../../../src/cli/commands/verify/render-verification.ts';
import { EnclosureError } from '../../../../../src/base/enclosure-error.ts';
import { drifted, verificationOf } from '../../examples-of-verifications.ts';
import { plain, terminal, verboseTerminal } from '../../styles.ts';

test('a verification without drift is one line', () => {
  expect(renderVerification(verificationOf({ znodes: 1 }), plain)).toEqual([
    'production: no drift (revision 12, commit 3f2a1b9c0d1e; 1 znode compared in 5 ms)',
  ]);
  const none = verificationOf({ revision: 0, commit: null, basis: null, znodes: 0 });
  expect(renderVerification(none, plain)).toEqual([
    'production: no drift (nothing applied yet; 0 znodes compared in 5 ms)',
  ]);
});

test('changed, missing and foreign znodes stand apart, each with what was expected and what is there', () => {
  expect(renderVerification(drifted, plain)).toEqual([
    'Drift, changed:',
    '  ~ a',
    '      expected aaaaaaaaaaaa (12 B)',
    '      found    bbbbbbbbbbbb (14 B), version 3, set 2026-03-01 12:00:00Z',
    '      --- a/a',
    '      +++ b/a',
    '      -one',
    '      +two',
    'Drift, missing:',
    '  ! .',
    '      expected eeeeeeeeeeee',
    'Unmanaged, left alone:',
    '  x\\u{7}  bbbbbbbbbbbb (0 B), version 3, set 2026-03-01 12:00:00Z, ephemeral',
    'production: drift in 2 znodes (revision 12, commit 3f2a1b9c0d1e; 10 znodes compared in 5 ms)',
  ]);
});

test('a long difference is cut on a terminal, and --verbose shows all', () => {
  const difference = Array.from({ length: 30 }, (_, index) => `+${index}`);
  const [changed] = drifted.differences.changed;
  const long = verificationOf({
    differences: {
      changed: changed === undefined ? [] : [{ ...changed, difference }],
      missing: [],
      unmanaged: [],
    },
  });
  expect(renderVerification(long, terminal)).toContain('      ... and 10 more lines; --verbose shows all');
  expect(renderVerification(long, verboseTerminal)).toContain('      +29');
});

test('what git no longer tells is said, and so is a deployment under way', () => {
  const error = new EnclosureError('commit-missing', 'git no longer has it');
  const lines = renderVerification(
    verificationOf({ basis: 'records', unknown: 7, error, phase: 'applying' }),
    plain,
  );
  expect(lines).toEqual([
    'A deployment is under way, or one has died half-way: what it has written counts as changed.',
    'error[commit-missing]: git no longer has it',
    'production: no drift as far as the records tell (revision 12, commit 3f2a1b9c0d1e; 10 znodes compared in 5 ms, nothing is known of 7 more)',
  ]);
});
