import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../../../src/cache/store/open-store.ts';
import { projectRoot } from '../../../../harness/project-root.ts';

describe('openStore', () => {
  test('opens the store that level 2 names, which says where it is', () => {
    expect(openStore({ directory: '/var/cache/../cache/bulk' }).place).toBe('directory /var/cache/bulk');
    expect(openStore({ s3: { bucket: 'parts' } }).place).toBe('s3://parts');
    expect(openStore({ s3: { bucket: 'parts', prefix: 'of/us/' } }).place).toBe('s3://parts/of/us');
  });

  test('is closed although it was never used', async () => {
    await openStore({ directory: '/var/cache/bulk' }).close();
    await openStore({ s3: { bucket: 'parts' } }).close();
  });

  test('loads the client of S3 only when it is used', async () => {
    const { metafile } = await build({
      absWorkingDir: projectRoot,
      entryPoints: ['src/cache/store/open-store.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      write: false,
      metafile: true,
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    const ofSdk = imports.filter(({ path }) => /^@(aws-sdk|smithy)\//.test(path));
    expect(ofSdk.map(({ path, kind }) => `${kind} of ${path}`)).toEqual([
      'dynamic-import of @aws-sdk/client-s3',
    ]);
  });
});
