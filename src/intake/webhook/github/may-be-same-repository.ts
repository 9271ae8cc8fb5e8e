/**
 * Whether a payload can be about the repository of a configured URL. One secret is often used for a whole organisation,
 * so a valid signature does not say that. Only `owner/name` is compared: hosts differ between https, ssh and their
 * aliases (`ssh.github.com`). Pure; where a URL does not say (a local repository, a mirror) the answer is yes, since a
 * push is only a hint to look at the configured branch.
 */
export function mayBeSameRepository(url: string, fullName: string): boolean {
  const configured = ownerAndName(url);
  return configured === undefined || configured === fullName.toLowerCase();
}

function ownerAndName(url: string): string | undefined {
  // https://host/owner/name.git, ssh://git@host:22/owner/name.git, and git's short form git@host:owner/name.git
  const path =
    /^(?:https|ssh):\/\/[^/]+\/(.+)$/i.exec(url)?.[1] ?? /^(?:[^/@:]+@)?[^/:]+:(?!\/\/)(.+)$/.exec(url)?.[1];
  if (path === undefined) return undefined;
  const segments = path
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
    .split('/')
    .filter((segment) => segment !== '');
  return segments.length === 2 ? segments.join('/').toLowerCase() : undefined;
}
