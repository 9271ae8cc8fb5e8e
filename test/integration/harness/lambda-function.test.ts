/** The stand-in for Lambda, with handlers of a few lines: what the tests of the real functions take for granted. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { noNode22 } from '../../../harness/aws-tools.ts';
import { createLambda, type LambdaFunction } from '../../../harness/lambda-function.ts';
import { waitFor } from '../../../harness/wait-for.ts';

describe.skipIf(noNode22 !== undefined)('the stand-in for Lambda', () => {
  const started: LambdaFunction[] = [];
  const directories: string[] = [];
  afterEach(async () => {
    for (const one of started.splice(0)) await one.stop();
    for (const one of directories.splice(0)) await rm(one, { recursive: true });
  });

  async function lambda(source: string, environment: Record<string, string> = {}): Promise<LambdaFunction> {
    const directory = await mkdtemp(join(tmpdir(), 'enclosure-handler-'));
    directories.push(directory);
    await writeFile(join(directory, 'handler.mjs'), source);
    const made = createLambda({ directory, handler: 'handler.handler', environment });
    started.push(made);
    return made;
  }

  test('runs a handler on Node 22, with its event and the time that is left', async () => {
    const subject = await lambda(`
      export const handler = async (event, context) =>
        [event, process.versions.node.split('.')[0], context.getRemainingTimeInMillis() > 20_000, context.functionName];
    `);
    expect(await subject.invoke({ hello: 'world' }, { deadlineMs: 30_000 })).toEqual({
      response: [{ hello: 'world' }, '22', true, 'enclosure-handler'],
    });
  });

  test('hands on the error of a handler, and keeps the process for the next event', async () => {
    const subject = await lambda(`
      let calls = 0;
      export const handler = async (event) => {
        calls += 1;
        console.log('call', calls);
        if (event.fail) throw new TypeError('as told');
        return calls;
      };
    `);
    expect(await subject.invoke({ fail: true })).toMatchObject({
      error: { errorType: 'TypeError', errorMessage: 'as told' },
    });
    expect(await subject.invoke({})).toEqual({ response: 2 });
    expect(subject.coldStartsMs).toHaveLength(1);
    expect(subject.output).toContain('call\t2'.replace('\t', ' '));
  });

  test('reports a module that cannot be loaded', async () => {
    const subject = await lambda(`throw new Error('broken module');`);
    expect(await subject.invoke({})).toMatchObject({ error: { errorMessage: 'broken module' } });
  });

  test('kills the process at its deadline, and starts another for the next event', async () => {
    const subject = await lambda(`
      let calls = 0;
      export const handler = async (event) => {
        calls += 1;
        return event.hang ? await new Promise(() => setInterval(() => {}, 1000)) : calls;
      };
    `);
    expect(await subject.invoke({})).toEqual({ response: 1 });
    expect(await subject.invoke({ hang: true }, { deadlineMs: 200 })).toEqual({
      error: { errorType: 'Sandbox.Timedout', errorMessage: 'timed out after 200 ms' },
    });
    expect(await subject.invoke({})).toEqual({ response: 1 });
    expect(subject.coldStartsMs).toHaveLength(2);
  });

  test('freezes the process between invocations: what the handler did not wait for does not happen', async () => {
    const subject = await lambda(`
      let late = 0;
      export const handler = async () => {
        const before = late;
        setTimeout(() => { late = Date.now(); }, 50);
        return [before, Date.now()];
      };
    `);
    const { response } = (await subject.invoke({})) as { response: [number, number] };
    await waitFor('a moment to pass', () => Date.now() > response[1] + 200);
    const thawed = Date.now();
    await subject.invoke({});
    // The timer of the first invocation fires in the second, or has still not fired.
    const next = (await subject.invoke({})) as { response: [number, number] };
    const [late] = next.response;
    expect(late === 0 || late >= thawed).toBe(true);
  });
});
