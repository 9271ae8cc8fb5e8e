/**
 * SQS and S3 on a free loopback port, in a process on Node 22. Prints the port as its only line; ends when its standard
 * input does, so that it never outlives whoever started it, however that one ended.
 */
import { buildApp } from 'fauxqs';

const app = buildApp({ logger: false, defaultRegion: process.argv[2] });
// Not the package's own start function: that one listens on every interface of the machine.
await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${app.server.address().port}\n`);
process.stdin.resume().once('end', () => process.exit(0));
