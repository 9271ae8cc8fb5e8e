/** Reads and writes whole pieces of an open file: the operating system may do less than it was asked to. Fails as it does. */
import type { FileHandle } from 'node:fs/promises';

/** Undefined where the file ends before. */
export async function readAt(
  handle: FileHandle,
  position: number,
  length: number,
): Promise<Buffer | undefined> {
  // Not from Node's pool: keeping a few bytes would keep all of it.
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return bytes;
}

export async function writeAt(handle: FileHandle, position: number, bytes: Buffer): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}
