/** A plain HTTP server that answers as a test has it, in place of an S3 with a fault. Whoever starts one stops it. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: NodeJS.Dict<string | readonly string[]>;
  readonly body: Buffer;
}

export interface AnsweringServer {
  readonly endpoint: string;
  /** All that came, in order. */
  readonly requests: readonly ReceivedRequest[];
  stop(): Promise<void>;
}

/** @param answer called with how many requests there were before this one */
export async function startAnswering(
  answer: (response: ServerResponse, before: number) => void,
): Promise<AnsweringServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks) });
      answer(response, requests.length - 1);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
