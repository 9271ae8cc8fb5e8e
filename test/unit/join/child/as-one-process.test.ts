import { expect, test } from 'vitest';
import { asOneProcess } from '../../../../src/join/child/as-one-process.ts';

test.each([
  ['app', 'exec app'],
  ["  sh '/x y/run.sh' --a=b", "exec sh '/x y/run.sh' --a=b"],
  ['app --say "a; b && c" \'d | e\' f\\;g', 'exec app --say "a; b && c" \'d | e\' f\\;g'],
  ['app > log 2>&1', 'exec app > log 2>&1'],
  ['app --out "$ENCLOSURE_DIRECTORY"', 'exec app --out "$ENCLOSURE_DIRECTORY"'],
])('%j is one simple command, which the shell is replaced by', (command, expected) => {
  expect(asOneProcess(command)).toBe(expected);
});

test.each([
  'setup && app',
  'setup; app',
  'setup | app',
  'app &',
  'setup\napp',
  '(app)',
  'PORT=1 app',
  'exec app',
  'if test -f x; then app; fi',
  'cd /x',
  '. ./run.sh',
  '"$APP" --flag',
  '$APP',
  '',
])('%j stays as it is', (command) => {
  expect(asOneProcess(command)).toBe(command);
});
