/**
 * The environment of every git process: an allow-list. Nothing of the caller's `GIT_*`, of its cloud credentials or of
 * its git configuration reaches git, so that a run gives the same result on every machine and a hostile repository
 * finds nothing worth taking.
 */

/** What is taken over from the process, by name. The caller passes `process.env` or a part of it. */
export const inheritedNames = [
  'PATH',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  // The one GIT_ variable: a certificate authority of one's own can be given in no other way.
  'GIT_SSL_CAINFO',
  'http_proxy',
  'https_proxy',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
  'no_proxy',
  'NO_PROXY',
] as const;

export type GitBaseEnvironment = Readonly<Partial<Record<string, string | undefined>>>;

export type GitEnvironment = Readonly<Record<string, string>>;

export function gitEnvironment(
  base: GitBaseEnvironment,
  options: { readonly gitDirectory: string; readonly allowLocal: boolean },
): GitEnvironment {
  const environment: Record<string, string> = {};
  for (const name of inheritedNames) {
    const value = base[name];
    if (value !== undefined) environment[name] = value;
  }
  return {
    ...environment,
    // Named outright, so that git never looks for a repository in the directories above a broken cache.
    GIT_DIR: options.gitDirectory,
    // A home that can hold no file: no ~/.netrc, no ~/.gitconfig.
    HOME: '/dev/null',
    // Messages are classified by their text.
    LANG: 'C',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ALLOW_PROTOCOL: options.allowLocal ? 'https:ssh:file' : 'https:ssh',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15',
  };
}
