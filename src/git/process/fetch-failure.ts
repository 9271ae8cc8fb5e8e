/**
 * What a failed git process means, told by its messages (LANG=C, so they are in English). Every message that leaves
 * here is redacted, and none carries the original error as its cause: errors of tools hold command lines and
 * environments.
 */
import { abortedError, EnclosureError, type ErrorCode } from '../../base/enclosure-error.ts';
import { escapeName } from '../../model/znode-path.ts';
import type { GitExit } from './git-process.ts';
import { redact } from './redact.ts';

/** The local cache is damaged: it is thrown away and made again. Only when that does not help does it reach a person. */
export class BrokenCopyError extends EnclosureError {
  constructor(where: string, found: string) {
    super('git-failed', 'the local copy of the repository is damaged', {
      where,
      found,
      next: 'It is made again by the next run; should that not help, look at the disk',
    });
  }
}

/** The copy was made for the other kind of object names than the remote has; git says so at the first fetch. */
export class FormatMismatchError extends EnclosureError {
  readonly format: 'sha1' | 'sha256';

  constructor(where: string, format: 'sha1' | 'sha256') {
    super('git-failed', 'the local copy and the repository name objects differently', {
      where,
      expected: format,
    });
    this.format = format;
  }
}

export interface FailureContext {
  /** The repository's URL, without credentials. */
  readonly url: string;
  readonly branch?: string;
  readonly secrets: readonly string[];
}

interface Meaning {
  readonly code: ErrorCode;
  readonly pattern: RegExp;
  readonly summary: string;
  readonly next: string;
}

const meanings: readonly Meaning[] = [
  {
    code: 'branch-missing',
    pattern: /couldn't find remote ref/i,
    summary: 'the branch does not exist',
    next: 'Create the branch, or correct it in the configuration. Nothing was deleted',
  },
  {
    code: 'commit-missing',
    pattern: /not our ref|unadvertised object|no such remote ref/i,
    summary: 'the repository does not give the commit',
    next: 'It may be gone by a forced push; name another commit',
  },
  {
    code: 'url-refused',
    pattern: /transport '[^']*' not allowed/i,
    summary: 'git refuses the protocol of the URL',
    next: 'Use https or ssh',
  },
  {
    code: 'repository-denied',
    pattern:
      /authentication failed|could not read (username|password)|returned error: 40[137]|permission denied|host key verification failed|remote host identification has changed|access denied|not authorized|certificate/i,
    summary: 'the repository refuses us, or is not the one we know',
    next: "Check the repository's credentials, their expiry and rights, and the host's key or certificate",
  },
  {
    code: 'repository-corrupt',
    pattern: /fsck error|error: object [0-9a-f]+: [a-zA-Z]+:|malformed object/i,
    summary: 'the repository holds objects that git considers malicious or broken',
    next: 'Run git fsck in the repository and remove what it reports',
  },
  {
    code: 'git-failed',
    pattern: /no space left on device|disk quota exceeded/i,
    summary: 'there is no space left for the local copy of the repository',
    next: 'Free space in cacheDirectory, or point it at a larger disk',
  },
  {
    code: 'repository-unreachable',
    pattern:
      /could not resolve|couldn't connect|failed to connect|connection (refused|reset|timed out|closed)|timed out|timeout|unreachable|returned error: \d+|rpc failed|early eof|hung up|unexpected disconnect|repository .*not found|not found|does not (exist|appear to be a git repository)|not a git repository: '|unable to access|could not read from remote repository|invalid index-pack output|protocol error/i,
    summary: 'the repository cannot be reached',
    next: 'Check its URL and the network; without the right to read it, some providers say that it does not exist',
  },
];

/** Damage of the local copy, and locks that a killed process left in it. */
const damage =
  /unable to create '[^']*\.lock'|cannot lock ref|object file .* is empty|loose object|is corrupt|corrupted|bad object|missing (blob|tree|commit|object)|unable to (read|parse|find|load)|could not (read|parse) |did not send all necessary objects|packfile|pack has|index file|fatal: not a git repository|bad (config|tree|ref|signature)|revision walk setup failed|unknown revision|not a valid object|does not point to|expected .*object|inflate|bogus|garbage|invalid (object|ref)|broken/i;

/** An error of `git fetch`, or of another command that speaks to the remote. */
export function fetchFailure(exit: GitExit, context: FailureContext, command = 'fetch'): EnclosureError {
  const unusual = unusualExit(exit, context.url);
  if (unusual !== undefined) return unusual;
  // Messages of the remote's own git come with this prefix; its damage is not ours.
  const local = exit.stderr
    .split('\n')
    .filter((line) => !line.startsWith('remote:'))
    .join('\n');
  const format = /mismatched algorithms: client \w+; server (sha1|sha256)/.exec(exit.stderr)?.[1];
  if (format === 'sha1' || format === 'sha256') return new FormatMismatchError(context.url, format);
  const found = excerpt(exit, context.secrets);
  const where = context.branch === undefined ? context.url : `branch ${context.branch} of ${context.url}`;
  // A lock or a damaged object of ours goes before the generic messages that follow from it.
  if (/unable to create '[^']*\.lock'|cannot lock ref|fatal: not a git repository: '?\//i.test(local)) {
    if (!/does not appear to be a git repository/.test(local)) return new BrokenCopyError(where, found);
  }
  for (const { code, pattern, summary, next } of meanings) {
    if (pattern.test(exit.stderr)) return new EnclosureError(code, summary, { where, found, next });
  }
  if (damage.test(local)) return new BrokenCopyError(where, found);
  return new EnclosureError('git-failed', `git ${command} failed`, { where, found });
}

/** An error of a command that reads the local copy only: whatever it says, the copy is not what it should be. */
export function readFailure(exit: GitExit, context: FailureContext): EnclosureError {
  return unusualExit(exit, context.url) ?? new BrokenCopyError(context.url, excerpt(exit, context.secrets));
}

/** The error to throw for a process that we ended ourselves, or else what `failure` makes of it. */
export function endedBy(signal: AbortSignal | undefined, failure: () => EnclosureError): EnclosureError {
  return signal?.aborted === true ? abortedError(signal) : failure();
}

export function gitMissing(): EnclosureError {
  return new EnclosureError('git-missing', 'git is not installed', {
    expected: 'git 2.34 or newer in PATH',
    next: 'Install git, or pass a PATH that holds it',
  });
}

function unusualExit(exit: GitExit, where: string): EnclosureError | undefined {
  if (exit.error?.code === 'ENOENT') return gitMissing();
  if (exit.error !== undefined) {
    const found = exit.error.code ?? 'an unknown error';
    return new EnclosureError('git-failed', 'git could not be started', { found });
  }
  if (exit.signal !== null) {
    return new EnclosureError('git-failed', 'git was ended by a signal', { where, found: exit.signal });
  }
  return undefined;
}

/** The last lines of stderr, on one line: enough to understand it, without progress and without secrets. */
function excerpt(exit: GitExit, secrets: readonly string[]): string {
  const lines = redact(exit.stderr, secrets)
    .split(/[\r\n]+/)
    .map((line) => escapeName(line.trim()))
    .filter(
      (line) =>
        line !== '' && !/^(remote: )?(Counting|Compressing|Enumerating|Receiving|Resolving) /.test(line),
    );
  return lines.length === 0 ? `exit code ${exit.code}` : `"${lines.slice(-3).join(' | ').slice(0, 500)}"`;
}
