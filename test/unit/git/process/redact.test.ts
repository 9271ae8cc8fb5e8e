import { expect, test } from 'vitest';
import { redact } from '../../../../src/git/process/redact.ts';

const token = 'ghp_c+n/ry=42';

test('F47: a secret is taken out in every form that git and curl print', () => {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const text = `fatal: ${token} ${encodeURIComponent(token)} Authorization: Basic ${basic} https://u:${token}@host/x`;
  const clean = redact(text, [token]);
  for (const form of [token, encodeURIComponent(token), basic]) expect(clean).not.toContain(form);
  expect(clean).toContain('fatal:');
});

test('credentials in a URL are taken out although nobody knows them', () => {
  expect(redact("unable to access 'https://user:pass@host/x'", [])).toBe(
    "unable to access 'https://[secret]@host/x'",
  );
  expect(redact('nothing to hide', ['', 'x-y'])).toBe('nothing to hide');
});
