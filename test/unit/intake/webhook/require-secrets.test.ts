import { describe, expect, it } from 'vitest';
import { EnclosureError } from '../../../../src/base/enclosure-error.ts';
import { Secret } from '../../../../src/base/secret.ts';
import { requireSecrets } from '../../../../src/intake/webhook/require-secrets.ts';
import { repositoryOf, secretOf } from '../../../integration/intake/webhook/configuration-of.ts';

describe('requireSecrets', () => {
  it('is content when every repository has one', async () => {
    await expect(requireSecrets([repositoryOf(), repositoryOf()])).resolves.toBeUndefined();
  });

  it('F50: fails for the one repository without a secret, and names it', async () => {
    const repositories = [repositoryOf(), repositoryOf({ name: 'open', webhookSecrets: [] })];
    const failing = requireSecrets(repositories);
    await expect(failing).rejects.toMatchObject({ code: 'configuration-invalid' });
    await expect(failing).rejects.toThrow(/repositories\.open/);
  });

  it('F50: fails for a secret that is empty or cannot be had, also when it is the second', async () => {
    const missing = new Secret('env NAME', () =>
      Promise.reject(new EnclosureError('secret-missing', 'not set', { where: 'env NAME' })),
    );
    for (const secret of [secretOf(''), missing]) {
      const repository = repositoryOf({ webhookSecrets: [secretOf('good'), secret] });
      await expect(requireSecrets([repository])).rejects.toMatchObject({ code: 'secret-missing' });
    }
  });
});
