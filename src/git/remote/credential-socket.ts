/**
 * Hands a token to git through git's own `credential-cache` client, which asks a socket. So the token is in no command
 * line, no URL, no file, and in no environment, where `/proc/<pid>/environ` and every helper that git starts would
 * show it.
 *
 * The socket lies in a directory that only we may enter, answers for one host only (a redirect to another host gets
 * nothing) and lives as long as one fetch.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CredentialSocket {
  /** To be added to git's environment: configuration for this one run. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const requestLimit = 16_384;

export async function openCredentialSocket(host: string, token: string): Promise<CredentialSocket> {
  // Not in the cache directory: the path of a socket may have about 100 bytes only.
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-'));
  const path = join(directory, 'credentials');
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let request = '';
    socket.on('data', (chunk: Buffer) => {
      request += chunk.toString();
      if (request.length > requestLimit) socket.destroy();
    });
    socket.on('end', () => socket.end(answer(request, host, token)));
  });
  try {
    server.listen(path);
    await once(server, 'listening');
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    environment: {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `credential.https://${host}.helper`,
      GIT_CONFIG_VALUE_0: `cache --socket='${path.replaceAll("'", String.raw`'\''`)}'`,
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The answer to one request of credential-cache: `action=get`, then the attributes of the wanted credentials. */
function answer(request: string, host: string, token: string): string {
  const lines = new Set(request.split('\n'));
  const asked = lines.has('action=get') && lines.has('protocol=https') && lines.has(`host=${host}`);
  return asked ? `username=x-access-token\npassword=${token}\n` : '';
}
