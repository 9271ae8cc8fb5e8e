/** The names in a zip, from its central directory (APPNOTE.TXT 4.3.12 and 4.3.16). Fails on what is no zip. */
export function namesInZip(zip: Buffer): string[] {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end === -1) throw new Error('expected a zip; found no end of central directory');
  const count = zip.readUInt16LE(end + 10);
  let offset = zip.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(offset + field));
    const start = offset + 46;
    offset = start + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
    return zip.toString('utf8', start, start + (name ?? 0));
  });
}
