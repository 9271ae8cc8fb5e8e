/**
 * The Lambda Runtime API, from the side of the service: a function's runtime asks it for the next event and posts what
 * came of it. One runtime at a time, one invocation at a time, as Lambda has it.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export type InvocationResult = { readonly response: unknown } | { readonly error: FunctionError };

export interface RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Resolves when the runtime waits for an event: it is initialised, and done with the invocation before. */
  waiting(): Promise<void>;
  /** Hands an event to the runtime, which must be waiting for one. Settles with what the function answers. */
  hand(event: unknown, deadline: number): Promise<InvocationResult>;
  stop(): Promise<void>;
}

export interface RuntimeApiEvents {
  /** The runtime began to wait for an event. */
  readonly onWaiting: () => void;
  /** The function could not be initialised. */
  readonly onInitError: (error: FunctionError) => void;
}

const prefix = '/2018-06-01/runtime/';

export async function startRuntimeApi(events: RuntimeApiEvents): Promise<RuntimeApi> {
  const emitter = new EventEmitter();
  let waiting: ServerResponse | undefined;
  let running: { readonly id: string; readonly settle: (result: InvocationResult) => void } | undefined;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').slice(prefix.length);
    if (path === 'invocation/next') {
      waiting = response;
      events.onWaiting();
      emitter.emit('waiting');
      return;
    }
    const body = JSON.parse((await textOf(request)) || 'null') as unknown;
    response.writeHead(202).end();
    if (path === 'init/error') events.onInitError(body as FunctionError);
    else if (path === `invocation/${running?.id}/response`) running?.settle({ response: body });
    else if (path === `invocation/${running?.id}/error`) running?.settle({ error: body as FunctionError });
    else throw new Error(`the runtime asked for ${request.method ?? ''} ${path}`);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async waiting() {
      if (waiting === undefined) await once(emitter, 'waiting');
    },
    hand(event, deadline) {
      const response = waiting;
      if (response === undefined) throw new Error('the runtime is not waiting for an event');
      waiting = undefined;
      const id = randomUUID();
      const headers = {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': id,
        'lambda-runtime-deadline-ms': String(deadline),
        'lambda-runtime-invoked-function-arn':
          'arn:aws:lambda:eu-central-1:000000000000:function:enclosure-test',
        'lambda-runtime-trace-id':
          'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
      };
      return new Promise((settle) => {
        running = { id, settle };
        response.writeHead(200, headers).end(JSON.stringify(event));
      });
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
