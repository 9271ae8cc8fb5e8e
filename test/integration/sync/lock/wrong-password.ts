import { once } from 'node:events';
import { connect } from 'node:net';

/** Asks the server to resume a session with a password that is not its own, and waits until it hangs up. */
export async function resumeWithWrongPassword(server: string, sessionId: string): Promise<void> {
  const request = Buffer.alloc(48);
  request.writeInt32BE(44, 0); // length; then protocol version 0 and last zxid 0
  request.writeInt32BE(3_000, 16);
  request.writeBigUInt64BE(BigInt(`0x${sessionId}`), 20);
  request.writeInt32BE(16, 28);
  request.fill(0xab, 32); // the password
  const [host, port] = server.split(':');
  const socket = connect(Number(port), host);
  const closed = once(socket, 'close');
  socket.resume();
  socket.end(request);
  await closed;
}
