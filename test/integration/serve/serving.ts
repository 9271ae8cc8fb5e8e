import { afterEach } from 'vitest';
import { startServer, type ServeOptions, type Server } from '../../../src/serve/start-server.ts';
import { recordingLog, type Line } from '../../unit/serve/recording-log.ts';
import { configurationOf } from '../intake/webhook/configuration-of.ts';
import { pushPayload } from '../intake/webhook/push-payloads.ts';
import { deliveryHeaders } from '../intake/webhook/sign.ts';
import { fakeEnclosure, type FakeEnclosure } from './fake-enclosure.ts';

export interface Serving {
  readonly server: Server;
  readonly enclosure: FakeEnclosure;
  readonly lines: Line[];
  /** Delivers a body to the endpoint of `config`, signed unless the headers say otherwise. */
  readonly deliver: (body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answered>;
  readonly get: (path: string) => Promise<Answered>;
}

export interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Starts servers for the tests of one file, and ends them after each test. */
export function serving(): (
  options?: Partial<ServeOptions> & { readonly enclosure?: FakeEnclosure },
) => Promise<Serving> {
  const servers: Server[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return async (options = {}) => {
    const { log, lines } = recordingLog();
    const enclosure = options.enclosure ?? fakeEnclosure();
    const server = await startServer({
      configuration: configurationOf({ production: 'master', staging: 'develop' }),
      log,
      port: 0,
      reconcileEveryMs: 3_600_000,
      graceMs: 0,
      ...options,
      enclosure,
    });
    servers.push(server);
    return {
      server,
      enclosure,
      lines,
      deliver: async (body = pushPayload(), headers = {}) => {
        const bytes = bytesOf(body);
        return await answered(
          fetch(`${server.url}/webhooks/config`, {
            method: 'POST',
            body: bytes,
            headers: deliveryHeaders(bytes, headers),
          }),
        );
      },
      get: (path) => answered(fetch(`${server.url}${path}`)),
    };
  };
}

export async function answered(response: Promise<Response>): Promise<Answered> {
  const { status, json } = await response.then((given) => ({ status: given.status, json: given.json() }));
  return { status, body: (await json) as Answered['body'] };
}

export function bytesOf(body: unknown): Buffer<ArrayBuffer> {
  if (Buffer.isBuffer(body)) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
