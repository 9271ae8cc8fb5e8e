import * as fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifySignature } from '../../../../../src/intake/webhook/github/verify-signature.ts';
import { secretOf } from '../../../../integration/intake/webhook/configuration-of.ts';
import { sign, webhookSecret } from '../../../../integration/intake/webhook/sign.ts';

const secrets = [secretOf(webhookSecret)];
const body = Buffer.from('{"ref":"refs/heads/master"}');
const good = sign(body);
const sha1 = `sha1=${createHmac('sha1', webhookSecret).update(body).digest('hex')}`;

describe('verifySignature', () => {
  it('accepts the signature over exactly these bytes', async () => {
    await expect(verifySignature(secrets, body, good)).resolves.toBeUndefined();
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['given twice', [good, good]],
    ['one of another secret', sign(body, 'guess')],
    ['SHA-1 only', sha1],
    ['SHA-1 under the other name', `sha256=${sha1.slice(5)}`],
    ['too short', good.slice(0, -1)],
    ['too long', `${good}0`],
    ['without its prefix', good.slice(7)],
    ['one of other bytes', sign(Buffer.concat([body, Buffer.from(' ')]))],
  ])('F50: refuses a signature that is %s', async (_, signature) => {
    await expect(verifySignature(secrets, body, signature)).rejects.toMatchObject({
      code: 'webhook-unsigned',
    });
  });

  it('F50: does not repeat the signature that would have matched', async () => {
    const error: unknown = await verifySignature(secrets, body, sign(body, 'guess')).catch((e: unknown) => e);
    expect(String(error)).not.toContain(good.slice(7));
    expect(String(error)).not.toContain(webhookSecret);
  });

  it('accepts either secret while one is rotated, and no third', async () => {
    const both = [secretOf('old'), secretOf('new')];
    await verifySignature(both, body, sign(body, 'old'));
    await verifySignature(both, body, sign(body, 'new'));
    await expect(verifySignature(both, body, good)).rejects.toMatchObject({ code: 'webhook-unsigned' });
  });

  it('refuses bytes that only become the signed text when they are decoded', async () => {
    const signed = sign(Buffer.from('\uFFFD'));
    await verifySignature(secrets, Buffer.from('\uFFFD'), signed);
    await expect(verifySignature(secrets, Buffer.from([0xff]), signed)).rejects.toMatchObject({
      code: 'webhook-unsigned',
    });
  });

  it('counts a byte order mark as signed bytes', async () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
    await verifySignature(secrets, marked, sign(marked));
    await expect(verifySignature(secrets, marked, good)).rejects.toMatchObject({ code: 'webhook-unsigned' });
  });

  it('refuses an empty body, even a signed one', async () => {
    await expect(verifySignature(secrets, Buffer.alloc(0), sign(''))).rejects.toMatchObject({
      code: 'webhook-unsigned',
    });
  });

  it('fails for an empty secret instead of accepting what is signed with it', async () => {
    await expect(verifySignature([secretOf('')], body, sign(body, ''))).rejects.toMatchObject({
      code: 'secret-missing',
    });
  });

  it('accepts any text with its signature, and none with one byte changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, unit: 'grapheme' }), fc.nat(), async (text, place) => {
        const bytes = Buffer.from(text);
        const signature = sign(bytes);
        await verifySignature(secrets, bytes, signature);
        const changed = Buffer.from(bytes);
        const index = place % changed.length;
        changed[index] = (changed[index] ?? 0) ^ 1;
        await expect(verifySignature(secrets, changed, signature)).rejects.toMatchObject({
          code: 'webhook-unsigned',
        });
      }),
    );
  });
});
