/**
 * A git hook that tells Enclosure of a push, the way GitHub does: for repositories on a server of one's own, and for
 * trying Enclosure out without any. In the bare repository, `hooks/post-receive`:
 *
 *     #!/bin/sh
 *     ENCLOSURE_WEBHOOK_URL=http://127.0.0.1:8080/webhooks/config \
 *     ENCLOSURE_WEBHOOK_SECRET_FILE=/etc/enclosure/webhook-secret exec node /path/to/post-receive.mjs
 *
 * ENCLOSURE_WEBHOOK_SECRET may give the secret itself. With ENCLOSURE_DELIVERIES, a directory, every request is kept
 * there as <delivery id>.json. A hook cannot refuse a push any more: what goes wrong is said to whoever pushes, and the
 * scheduled reconcile of Enclosure makes up for it.
 *
 * The request: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
 */
import { execFileSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const url = required('ENCLOSURE_WEBHOOK_URL');
const secret =
  process.env.ENCLOSURE_WEBHOOK_SECRET ??
  readFileSync(required('ENCLOSURE_WEBHOOK_SECRET_FILE'), 'utf8').trim();

// git gives one line a ref on stdin: old id, new id, name.
for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const [before, after, ref] = line.split(' ');
  await deliver(JSON.stringify(payload(before, after, ref)), ref);
}

function payload(before, after, ref) {
  const none = /^0+$/u;
  const [created, deleted] = [none.test(before), none.test(after)];
  const commits = deleted ? [] : commitsBetween(created ? undefined : before, after);
  const pusher = process.env.GIT_PUSHER ?? process.env.USER ?? 'git';
  const name = basename(process.cwd(), '.git');
  return {
    ref,
    before,
    after,
    created,
    deleted,
    forced: !created && !deleted && git('merge-base', before, after) !== before,
    base_ref: null,
    compare: '',
    commits,
    head_commit: commits.at(-1) ?? null,
    repository: { name, full_name: `local/${name}`, private: true, default_branch: 'main' },
    pusher: { name: pusher },
    sender: { login: pusher, type: 'User' },
  };
}

/** Oldest first, at most as many as GitHub sends. */
function commitsBetween(before, after) {
  const range = before === undefined ? [after] : [`${before}..${after}`];
  const log = git(
    'log',
    '--max-count=2048',
    '--reverse',
    '--format=%H%x1f%an%x1f%ae%x1f%aI%x1f%s',
    ...range,
    '--',
  );
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id, author, email, timestamp, message] = line.split('\u001F');
      return { id, message, timestamp, author: { name: author, email }, distinct: true };
    });
}

async function deliver(body, ref) {
  const delivery = randomUUID();
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'enclosure-post-receive',
    'x-github-event': 'push',
    'x-github-delivery': delivery,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  const kept = process.env.ENCLOSURE_DELIVERIES;
  if (kept !== undefined)
    writeFileSync(join(kept, `${delivery}.json`), JSON.stringify({ url, headers, body }));
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
    const answer = (await response.text()).trim();
    process.stdout.write(`webhook for ${ref}: ${response.status} ${answer}\n`);
  } catch (error) {
    process.stdout.write(`webhook for ${ref} was not delivered: ${error.cause?.message ?? error.message}\n`);
  }
}

function git(...args) {
  try {
    return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).trim();
  } catch {
    // No common ancestor, for example.
    return '';
  }
}

function required(name) {
  const value = process.env[name];
  if (value === undefined || value === '') {
    process.stdout.write(`webhook not sent: expected ${name} in the hook's environment\n`);
    process.exit(0);
  }
  return value;
}
