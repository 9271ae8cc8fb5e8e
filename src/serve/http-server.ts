/**
 * The HTTP server itself: limits against slow senders, listening, and an end that lets what is in flight be answered.
 * Fails with `usage-invalid` where it cannot listen.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EnclosureError } from '../base/enclosure-error.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** How long a sender may take for a whole request; GitHub itself gives up after 10 s. */
  readonly requestTimeoutMs: number;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export interface HttpServer {
  readonly url: string;
  /** Stops listening, waits a little for the requests that are under way, and cuts off what is left. */
  close(deadline: AbortSignal): Promise<void>;
}

/**
 * How long requests that are under way may take at the end. Node stops looking for slow senders once a server is closed,
 * and a connection on which nothing was ever sent does not count as idle: either would keep the process alive for ever.
 */
const drainMs = 3_000;

/** Each costs memory before it has shown a signature. */
const maxConnections = 1_000;

export async function listen(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, requestTimeoutMs } = options;
  const handle = (request: IncomingMessage, response: ServerResponse): void =>
    void options.handle(request, response);
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(10_000, requestTimeoutMs),
      // Node looks for senders that are too slow at this interval; its default of 30 s would be the real limit.
      connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
      keepAliveTimeout: 5_000,
    },
    handle,
  );
  server.maxConnections = maxConnections;
  // Without a listener Node asks for the body by itself, even for one that is going to be refused.
  server.on('checkContinue', handle);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new EnclosureError('usage-invalid', 'cannot listen', {
      where: `${host}:${port}`,
      ...(error instanceof Error ? { found: error.message } : {}),
      next: 'Choose another host or port.',
      cause: error,
    });
  }
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    async close(deadline) {
      const closed = once(server, 'close');
      server.close();
      const cutOff = (): void => server.closeAllConnections();
      const timer = setTimeout(cutOff, drainMs);
      if (deadline.aborted) cutOff();
      deadline.addEventListener('abort', cutOff, { once: true });
      await closed;
      deadline.removeEventListener('abort', cutOff);
      clearTimeout(timer);
    },
  };
}
