/**
 * A TCP proxy on loopback that makes a server seem far away: every chunk arrives half a round trip later, in order, however
 * many are under way. Throughput is not limited; what is under way at once is, at the cost of holding the sender back.
 *
 * Delays are whole milliseconds, as Node's timers are: what a round trip really takes has to be measured. It is never less
 * than asked for.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DelayingProxy {
  readonly port: number;
  stop(): Promise<void>;
}

export interface LocalDelayingProxy extends DelayingProxy {
  /** How many senders have to wait now, because too much is under way. */
  heldBack(): number;
}

export interface DelayingProxyOptions {
  readonly targetPort: number;
  readonly roundTripMs: number;
}

/** In one direction. A fast line that is 20 ms long holds a few megabytes; past this the sender waits. */
const mostUnderWay = 32 * 1024 * 1024;

export async function startDelayingProxy({
  targetPort,
  roundTripMs,
}: DelayingProxyOptions): Promise<LocalDelayingProxy> {
  const sockets = new Set<Socket>();
  // A millisecond more one way than the other rather than two timers that are each half a millisecond late.
  const there = Math.floor(roundTripMs / 2);
  const back = roundTripMs - there;
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const server = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const hangUp = (): void => {
      client.destroy();
      server.destroy();
    };
    // A side that has closed in order may still have bytes under way to the other, so that only an error ends both.
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', hangUp).on('close', () => sockets.delete(socket));
    }
    // A far connection is open after a round trip. Here the kernel has opened it at once.
    carry(client, server, there, performance.now() + roundTripMs);
    carry(server, client, back);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    heldBack: () => [...sockets].filter((socket) => socket.isPaused()).length,
    async stop() {
      const closed = once(listener, 'close');
      listener.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface UnderWay {
  readonly due: number;
  /** Absent for the end of the stream, which travels like everything else. */
  readonly chunk?: Buffer;
}

/** @param notBefore when the first byte sets out at the earliest */
function carry(from: Socket, to: Socket, delayMs: number, notBefore = 0): void {
  const underWay: UnderWay[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let full = false;

  const deliver = (): void => {
    timer = undefined;
    for (let next = underWay[0]; next !== undefined && !full; next = underWay[0]) {
      const wait = next.due - performance.now();
      if (wait > 0) {
        timer = setTimeout(deliver, Math.ceil(wait));
        return;
      }
      underWay.shift();
      if (next.chunk === undefined) {
        to.end();
        continue;
      }
      bytes -= next.chunk.length;
      full = !to.write(next.chunk);
      if (from.isPaused() && bytes < mostUnderWay / 2) from.resume();
    }
  };
  const set = (chunk?: Buffer): void => {
    const due = Math.max(performance.now(), notBefore) + delayMs;
    underWay.push({ due, ...(chunk !== undefined && { chunk }) });
    bytes += chunk?.length ?? 0;
    if (bytes > mostUnderWay) from.pause();
    if (timer === undefined) deliver();
  };
  from.on('data', set).on('end', () => set());
  to.on('drain', () => {
    full = false;
    if (timer === undefined) deliver();
  });
}
