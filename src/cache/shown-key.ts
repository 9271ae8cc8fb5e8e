/** A key as it is shown to people, in errors and in znodes: only its beginning, since it may be of any length. */
const longest = 200;

export function shownKey(key: string): string {
  const start = key.length > longest ? `${key.slice(0, longest)}…` : key;
  // Half a surrogate pair has no place in a text that others read.
  return Buffer.from(start).toString();
}
