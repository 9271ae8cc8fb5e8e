/**
 * What every setup step needs: saying in one line what it does, running a command quietly, and failing with a message
 * that tells what to do. Plain Node, because nothing is installed yet when it runs.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A failure that a person can act on. Printed without a stack. */
export class SetupError extends Error {
  /** @param {string} summary @param {{ expected?: string, found?: string, next?: string }} details */
  constructor(summary, details = {}) {
    const lines = [summary];
    if (details.expected !== undefined) lines.push(`  expected: ${details.expected}`);
    if (details.found !== undefined) lines.push(`  found:    ${details.found}`);
    if (details.next !== undefined) lines.push(`  next:     ${details.next}`);
    super(lines.join('\n'));
    this.name = 'SetupError';
  }
}

/** One line on what happens now. On stderr, so that stdout stays the command's own. */
export function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/**
 * Runs a command, keeps its output, and returns whether it succeeded with an excerpt of it for an error message.
 * @param {string} command @param {readonly string[]} args @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    // No input: an installer that wants to ask something must fail instead of waiting for ever.
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  const output = result.error === undefined ? `${result.stdout}${result.stderr}` : result.error.message;
  return { ok: result.status === 0, output, excerpt: excerpt(output, 15) };
}

/** The path of a program that PATH leads to, or undefined. */
export function findProgram(name) {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    if (directory === '') continue;
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

/** The first lines, where the cause stands, and the last ones, where the consequence does. */
function excerpt(text, count) {
  const lines = text.trimEnd().split('\n');
  const kept = lines.length <= 2 * count ? lines : [...lines.slice(0, count), '...', ...lines.slice(-count)];
  return kept.map((line) => `\n    ${line}`).join('');
}
