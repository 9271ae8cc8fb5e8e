/**
 * Whether a file may hold a secret, told by its path or by what is in it. A guess, and on purpose a wide one: what is
 * hidden in vain can be read in git, what is shown in vain is in somebody's log. Pure.
 */

/** Of any segment: what lies in a directory "secrets" is one, whatever its own name. */
const secretName =
  /secret|passw(?:or)?d|passphrase|token|credential|private.?key|^\.env|\.(?:key|pem|p12|pfx|jks)$/i;

const secretContent: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/,
  // Tokens that say what they are: AWS, GitHub, GitLab, Slack, Stripe, Google, npm, and JSON Web Tokens.
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\b(?:gh[opsur]_|github_pat_|glpat-|xox[a-z]-|[rs]k_live_|npm_)[\w-]{16,}/,
  /\bAIza[\w-]{35}/,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/,
  /\b(?:bearer|basic)\s+[\w+/.=-]{16,}/i,
  // A URL with a password.
  /:\/\/[^\s/:@]*:[^\s/@]+@/,
  // A key that says so, with a value: `db.password = x`, `"apiKey": "x"`, `<password>x`.
  /(?:secret|passw(?:or)?d|passphrase|token|credentials?|(?:api|access|private|encryption).?key)[\w.-]*["'\]]?\s*(?:[:=]>?|>)\s*["']?[^\s"'<]/i,
];

export function looksSecret(path: string, ...contents: readonly string[]): boolean {
  return (
    path.split('/').some((segment) => secretName.test(segment)) ||
    contents.some((text) => isBareToken(text) || secretContent.some((pattern) => pattern.test(text)))
  );
}

/** The whole file is one long word of mixed letters and digits: no hash, which is of one case, and no text. */
function isBareToken(text: string): boolean {
  const word = text.trim();
  return /^[\w+/.=~-]{32,}$/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
}
