/** Takes secrets out of what git printed, before any of it can get into a message. */

const urlCredentials = /(:\/\/)[^\s/@]+@/g;

/** Replaces every secret, as it is and as git and curl write it (URL-encoded, base64), and credentials in URLs. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    for (const form of formsOf(secret)) clean = clean.replaceAll(form, '[secret]');
  }
  return clean.replace(urlCredentials, '$1[secret]@');
}

function formsOf(secret: string): string[] {
  if (secret === '') return [];
  const basic = Buffer.from(`x-access-token:${secret}`).toString('base64');
  return [secret, encodeURIComponent(secret), basic, Buffer.from(secret).toString('base64')];
}
