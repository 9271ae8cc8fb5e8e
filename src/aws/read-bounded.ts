/** Nothing that is asked of AWS is larger: a configuration has 1 MiB at most. */
const maxBytes = 2 * 1024 * 1024;

/** The body of a response; undefined when it is larger than anything that is expected. */
export async function readBounded(response: Response): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > maxBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
