/** Switches a directory to revision 2 and then to 3, and kills itself before its n-th operation on the disk. */
import { openDirectory } from '../../../../src/join/directory/open-directory.ts';
import { numbered, owner } from './fixture.ts';
import { watchedDisk } from './watched-disk.ts';

const [directory = '', killAt = ''] = process.argv.slice(2);
let count = 0;
const disk = watchedDisk({
  before({ name }) {
    // Only a timer does this one.
    if (name === 'utimes') return;
    count += 1;
    if (count === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  },
});

const opened = await openDirectory({ directory, owner, disk });
for (const revision of [2, 3]) {
  const version = await opened.write(numbered(revision));
  await version.switch();
}
await opened.close();
process.stdout.write(String(count));
