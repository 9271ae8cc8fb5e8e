/**
 * The images, as far as they can be held without a container engine: what their Dockerfiles copy and run is there and is
 * let through to the builder. That they build is not shown here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './package-service.ts';

interface Instruction {
  readonly name: string;
  readonly argument: string;
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** One instruction each, with continued lines joined and comments gone (the reference of Dockerfiles). */
function instructionsIn(dockerfile: string): Instruction[] {
  return dockerfile
    .replaceAll(/^[ \t]*#.*\n/gmu, '')
    .replaceAll(/\\\n\s*/gu, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', argument = ''] = /^([A-Z]+)\s+(.+)$/u.exec(line) ?? [];
      if (name === '') throw new Error(`no instruction: ${line}`);
      return { name, argument };
    });
}

const known = ['ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'RUN', 'USER', 'WORKDIR'];

describe.each([
  { dockerfile: 'infra/Dockerfile', bundle: 'build-functions.mjs --outdir /task/dist/functions' },
  { dockerfile: 'infra/serve.Dockerfile', bundle: 'build.mjs --outdir /app/dist' },
])('$dockerfile', ({ dockerfile, bundle }) => {
  const instructions = instructionsIn(read(dockerfile));
  const copied = instructions
    .filter(({ name, argument }) => name === 'COPY' && !argument.startsWith('--from'))
    .flatMap(({ argument }) => argument.split(/\s+/u).slice(0, -1));

  test('has only instructions that there are, in two stages', () => {
    expect(instructions.filter(({ name }) => !known.includes(name))).toEqual([]);
    expect(instructions.filter(({ name }) => name === 'FROM')).toHaveLength(2);
  });

  test('copies only what is there, and what the builder gets', () => {
    const [all, ...allowed] = read(`${dockerfile}.dockerignore`)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(all).toBe('*');
    expect(copied.length).toBeGreaterThan(3);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(allowed.toSorted()).toEqual(copied.map((path) => `!${path}`).toSorted());
  });

  test('copies from a stage that there is', () => {
    const stages = instructions.flatMap(({ name, argument }) =>
      name === 'FROM' ? [/ AS (\w+)$/u.exec(argument)?.[1]] : [],
    );
    const from = instructions.flatMap(({ name, argument }) => {
      const stage = name === 'COPY' ? /^--from=(\w+)/u.exec(argument)?.[1] : undefined;
      return stage === undefined ? [] : [stage];
    });
    expect(from).toHaveLength(1);
    expect(stages).toEqual(expect.arrayContaining(from));
  });

  test('bundles as the project does, with the scripts that it copies', () => {
    const commands = instructions.flatMap(({ name, argument }) => (name === 'RUN' ? [argument] : []));
    expect(commands.join('\n')).toContain(`node scripts/${bundle}`);
    const scripts = commands.flatMap((command) => [...command.matchAll(/node (scripts\/\S+)/gu)]);
    expect(scripts.length).toBeGreaterThanOrEqual(1);
    expect(scripts.map(([, path]) => path).filter((path) => !existsSync(join(root, path ?? '')))).toEqual([]);
  });

  test('compiles nothing, and holds nothing but the bundle', () => {
    const commands = instructions.flatMap(({ name, argument }) => (name === 'RUN' ? [argument] : []));
    expect(commands.filter((command) => command.includes('npm '))).toEqual([
      expect.stringContaining('npm ci --include=dev --ignore-scripts'),
    ]);
    expect(commands.join('\n')).not.toMatch(/gcc|g\+\+|python|node_modules/u);
  });

  test('holds no secret and asks for none', () => {
    const given = instructions.filter(({ name }) => name === 'ARG' || name === 'ENV');
    expect(given.filter(({ argument }) => /secret|token|password|key/iu.test(argument))).toEqual([]);
  });
});

test('the image of the sync function has git and starts its handler', () => {
  const instructions = instructionsIn(read('infra/Dockerfile'));
  expect(instructions.at(-1)).toEqual({ name: 'CMD', argument: '["dist/functions/sync.handler"]' });
  expect(instructions.some(({ name, argument }) => name === 'RUN' && /install .*\bgit/u.test(argument))).toBe(
    true,
  );
  expect(instructions[0]?.argument).toMatch(/lambda-nodejs:(?:22|24)$/u);
});

test('the image of serve does not run as root', () => {
  const instructions = instructionsIn(read('infra/serve.Dockerfile'));
  const users = instructions.filter(({ name }) => name === 'USER');
  expect(users).toEqual([{ name: 'USER', argument: 'node' }]);
  expect(instructions.indexOf(users[0] as Instruction)).toBeLessThan(
    instructions.findIndex(({ name }) => name === 'ENTRYPOINT'),
  );
});
