/**
 * Git's own `http-backend` behind an https server on loopback, with a certificate of its own and, on request, a password,
 * a redirect, a stall or a cut: the failures of a network, made on purpose.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface GitHttpServer {
  /** `https://localhost:port` */
  readonly origin: string;
  /** The certificate, for GIT_SSL_CAINFO. */
  readonly certificate: string;
  /** The Authorization headers seen, in order; '' where there was none. */
  readonly authorizations: readonly string[];
  /** How many packs were sent: questions for the refs, and for what both sides have, do not count. */
  readonly fetches: number;
  /** What to do with the next requests. */
  behaviour: Behaviour;
  stop(): Promise<void>;
}

export type Behaviour =
  | { readonly kind: 'serve' }
  /** Ask for this token; anything else is 401. Only where it may push, it may. */
  | { readonly kind: 'token'; readonly token: string; readonly push?: boolean }
  | { readonly kind: 'status'; readonly status: number }
  /** Never answer. */
  | { readonly kind: 'stall' }
  /** Cut packs after that many bytes. */
  | { readonly kind: 'cut'; readonly bytes: number }
  | { readonly kind: 'redirect'; readonly to: string };

/** Serves the repositories in the directory that holds `repository`. */
export async function startGitHttpServer(repository: string): Promise<GitHttpServer> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-https-'));
  const certificate = join(directory, 'certificate.pem');
  const key = join(directory, 'key.pem');
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const made = spawnSync('openssl', [...request, ...names, '-keyout', key, '-out', certificate]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);

  const authorizations: string[] = [];
  let fetches = 0;
  const sockets = new Set<Socket>();
  const state: { behaviour: Behaviour } = { behaviour: { kind: 'serve' } };
  const server = createServer(
    { cert: await readFile(certificate), key: await readFile(key) },
    (incoming, outgoing) => {
      authorizations.push(incoming.headers.authorization ?? '');
      answer(incoming, outgoing, state.behaviour, dirname(repository), () => (fetches += 1));
    },
  );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    certificate,
    authorizations,
    get fetches() {
      return fetches;
    },
    get behaviour() {
      return state.behaviour;
    },
    set behaviour(behaviour) {
      state.behaviour = behaviour;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  behaviour: Behaviour,
  root: string,
  onPack: () => void,
): void {
  switch (behaviour.kind) {
    case 'stall':
      return;
    case 'status':
      outgoing.writeHead(behaviour.status).end();
      return;
    case 'redirect':
      outgoing.writeHead(301, { location: `${behaviour.to}${incoming.url ?? ''}` }).end();
      return;
    case 'token': {
      const wanted = `Basic ${Buffer.from(`x-access-token:${behaviour.token}`).toString('base64')}`;
      if (incoming.headers.authorization === wanted) {
        serve(incoming, outgoing, root, { onPack, push: behaviour.push === true });
      } else outgoing.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    case 'serve':
      serve(incoming, outgoing, root, { onPack });
      return;
    case 'cut':
      serve(incoming, outgoing, root, {
        onPack,
        ...(incoming.method === 'POST' && { limit: behaviour.bytes }),
      });
      return;
  }
}

/** CGI, as https://git-scm.com/docs/git-http-backend has it. */
function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  root: string,
  options: { readonly onPack: () => void; readonly limit?: number; readonly push?: boolean },
): void {
  const { onPack, limit = Infinity, push = false } = options;
  const url = new URL(incoming.url ?? '/', 'https://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      GIT_CONFIG_KEY_1: 'http.receivepack',
      GIT_CONFIG_VALUE_1: String(push),
      GIT_PROTOCOL: incoming.headers['git-protocol'] as string | undefined,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: incoming.method,
      CONTENT_TYPE: incoming.headers['content-type'],
      HTTP_CONTENT_ENCODING: incoming.headers['content-encoding'],
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  backend.stdin.on('error', () => undefined);
  incoming.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.once('close', () => {
    const output = Buffer.concat(chunks);
    const split = output.indexOf('\r\n\r\n');
    const headers = output.subarray(0, split).toString().split('\r\n');
    const status = headers.find((line) => line.startsWith('Status: '));
    for (const line of headers) {
      const colon = line.indexOf(':');
      if (line !== status) outgoing.setHeader(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    const body = output.subarray(split + 4);
    // The line before a pack (https://git-scm.com/docs/protocol-v2).
    if (body.includes('000dpackfile\n')) onPack();
    outgoing.writeHead(status === undefined ? 200 : Number(status.split(' ')[1]), {
      'content-length': body.length,
    });
    if (body.length <= limit) outgoing.end(body);
    else outgoing.write(body.subarray(0, limit), () => outgoing.destroy());
  });
}
