/**
 * A stand-in for the services of AWS over real HTTP, for what no emulator does: denials, throttling, silence. It records
 * what it is asked and answers what the test says.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AwsCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** `AmazonSSM.GetParameter`; '' where there is none. */
  readonly target: string;
  /** The JSON that was sent; the empty object where there was none. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export type StandInAnswer =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  /** Never answers. */
  | 'silence'
  /** Hangs up. */
  | 'cut';

export interface AwsStandIn {
  readonly endpoint: string;
  /** What a function has in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** All calls, in order. */
  readonly calls: readonly AwsCall[];
  stop(): Promise<void>;
}

export async function startAwsStandIn(answer: (call: AwsCall) => StandInAnswer): Promise<AwsStandIn> {
  const calls: AwsCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const call: AwsCall = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        target: String(request.headers['x-amz-target'] ?? ''),
        parameters: text === '' ? {} : (JSON.parse(text) as AwsCall['parameters']),
      };
      calls.push(call);
      const given = answer(call);
      if (given === 'silence') return;
      if (given === 'cut') {
        request.socket.destroy();
        return;
      }
      const body = typeof given.body === 'string' ? given.body : JSON.stringify(given.body ?? {});
      response.writeHead(given.status ?? 200, { ...given.headers }).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    calls,
    environment: {
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'canary-key',
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An error in the JSON protocols of AWS. */
export function awsError(code: string, status = 400): StandInAnswer {
  return { status, body: { __type: `com.amazonaws.example#${code}`, message: 'canary-message' } };
}
