import { EnclosureError } from '../../base/enclosure-error.ts';
import { escapeName } from '../../model/znode-path.ts';

/**
 * The allow-list of repository URLs. It is decided here, before any process is started: git's remote helpers
 * (`ext::`, `fd::`) run commands, and an option in the place of a URL (`--upload-pack=...`) does too. The second line
 * of defence is `GIT_ALLOW_PROTOCOL` in the environment of the child.
 */

export interface AllowedUrl {
  readonly protocol: 'https' | 'ssh' | 'file';
  /** As git gets it. */
  readonly url: string;
  /** `host` or `host:port`; '' for a local repository. */
  readonly host: string;
  /** The repository's path, for a readable name of its cache. */
  readonly path: string;
}

const next = 'Use https://host/path, ssh://user@host/path or user@host:path';
// The first character of the host is no hyphen: ssh would read it as an option. Without a user, `file:a` would be a host.
const scpLike = /^[A-Za-z0-9_.][A-Za-z0-9_.-]*@([A-Za-z0-9_.][A-Za-z0-9_.-]*):([^:]+)$/;

/**
 * Fails with `url-refused`, whose message never repeats a URL that holds credentials.
 *
 * @example checkUrl('https://github.com/acme/config.git', { allowLocal: false }).protocol // 'https'
 */
export function checkUrl(url: string, options: { readonly allowLocal: boolean }): AllowedUrl {
  if (url === '' || url.startsWith('-')) throw refused(url, 'a URL that begins with a scheme or a user name');
  if (/[\p{Cc}\s\\]/u.test(url))
    throw refused(url, 'a URL without spaces, backslashes and control characters');
  if (/^[a-z0-9+.-]*::/i.test(url)) throw refused(url, 'a URL that names no remote helper');
  const scp = scpLike.exec(url);
  if (scp !== null) return { protocol: 'ssh', url, host: scp[1] ?? '', path: scp[2] ?? '' };
  if (/^(https|ssh):\/\/[^/]/.test(url)) return remoteUrl(url);
  if (url.startsWith('file:///')) {
    if (options.allowLocal) return { protocol: 'file', url, host: '', path: url.slice('file://'.length) };
    throw refused(url, 'https or ssh', 'Set allowLocalRepositories: true to use file: URLs');
  }
  throw refused(url, 'https or ssh, in lower case');
}

function remoteUrl(url: string): AllowedUrl {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.hostname === '') throw refused(url, 'a URL with a host');
  const protocol = parsed.protocol === 'https:' ? 'https' : 'ssh';
  if (parsed.password !== '' || (protocol === 'https' && url.slice(8).split('/', 1)[0]?.includes('@'))) {
    throw new EnclosureError('url-refused', 'the URL of a repository holds credentials', {
      expected: 'a URL without user name and password',
      next: "Take them out of the URL and name them in the repository's credentials",
    });
  }
  if (!/^[A-Za-z0-9[]/.test(parsed.hostname) || parsed.username.startsWith('-')) {
    throw refused(url, 'a host and a user that begin with a letter or a digit');
  }
  if (parsed.search !== '' || parsed.hash !== '') throw refused(url, 'a URL without query and fragment');
  return { protocol, url, host: parsed.host, path: parsed.pathname };
}

function refused(url: string, expected: string, advice = next): EnclosureError {
  return new EnclosureError('url-refused', 'the URL of a repository is not allowed', {
    expected,
    found: `"${withoutCredentials(url)}"`,
    next: advice,
  });
}

/** Shortened, escaped, and without whatever stands before an `@`. */
function withoutCredentials(url: string): string {
  const at = url.lastIndexOf('@');
  const scheme = /^[^@]*?:\/\//.exec(url)?.[0] ?? '';
  return escapeName(at === -1 ? url : `${scheme}...${url.slice(at)}`).slice(0, 200);
}
