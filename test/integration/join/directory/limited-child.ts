/** Writes a file of this many bytes, below a limit that the operating system sets to its process, and says what came of it. */
import { openDirectory } from '../../../../src/join/directory/open-directory.ts';
import type { EnclosureError } from '../../../../src/base/enclosure-error.ts';
import { owner, snapshot } from './fixture.ts';

const [directory = '', revision = '', bytes = ''] = process.argv.slice(2);
const opened = await openDirectory({ directory, owner });
try {
  const version = await opened.write(
    snapshot(Number(revision), { small: revision, large: Buffer.alloc(Number(bytes), revision) }),
  );
  await version.switch();
  process.stdout.write('switched');
} catch (error) {
  const { code, message } = error as EnclosureError;
  process.stdout.write(JSON.stringify({ code, message }));
}
await opened.close();
