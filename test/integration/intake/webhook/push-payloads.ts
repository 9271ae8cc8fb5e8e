import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Definition {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}

/** Real payloads of GitHub, as recorded by the maintainers of `@octokit/webhooks`. */
export function examplesOf(event: string): readonly Record<string, unknown>[] {
  const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
  const definitions = JSON.parse(readFileSync(file, 'utf8')) as Definition[];
  const definition = definitions.find(({ name }) => name === event);
  if (definition === undefined) throw new Error(`no examples of ${event}`);
  return definition.examples;
}

/** The recorded push to refs/heads/master of Codertocat/Hello-World, with the given fields replaced. */
export function pushPayload(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const example = examplesOf('push').find((payload) => payload['ref'] === 'refs/heads/master');
  if (example === undefined) throw new Error('no example of a push to a branch');
  return { ...example, ...changes };
}
