import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createBodyReader } from '../../../src/serve/body-reader.ts';

/** A stream in the place of a request: the reader uses nothing else of it. */
function request(): PassThrough & IncomingMessage {
  return new PassThrough() as unknown as PassThrough & IncomingMessage;
}

describe('createBodyReader', () => {
  it('gives back the bytes as they came', async () => {
    const sender = request();
    const reading = createBodyReader()(sender, 10);
    sender.write(Buffer.from([0xff, 0x00]));
    sender.end(Buffer.from([0xfe]));
    expect(await reading).toEqual(Buffer.from([0xff, 0x00, 0xfe]));
  });

  it('F51: stops reading at the limit, and leaves the request to be answered', async () => {
    const sender = request();
    const reading = createBodyReader()(sender, 2);
    sender.write('123');
    await expect(reading).rejects.toMatchObject({ code: 'webhook-too-large' });
    expect(sender.destroyed).toBe(false);
  });

  it('F51: refuses when all bodies together are too much, and reads again when there is room', async () => {
    const read = createBodyReader(10);
    const [one, two, three] = [request(), request(), request()];
    const first = read(one, 8);
    one.write('12345678');
    const second = read(two, 8);
    two.write('123');
    await expect(second).rejects.toMatchObject({ code: 'queue-refused' });
    one.end();
    expect((await first).toString()).toBe('12345678');
    const third = read(three, 8);
    three.end('12345678');
    expect((await third).toString()).toBe('12345678');
  });

  it('fails when the sender goes away', async () => {
    const sender = request();
    const reading = createBodyReader()(sender, 10);
    sender.write('1');
    sender.destroy(new Error('reset'));
    await expect(reading).rejects.toMatchObject({ code: 'webhook-invalid' });
  });
});
