/**
 * Writes down whose work is in the bundles: every package that a line of them comes from, with its version and the text of
 * its licence, as nearly every licence asks of whoever passes it on. Packages with the same text stand together above it.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const heading = 'What is bundled in this package besides its own code, which has the licence in LICENSE.\n';
const rule = '-'.repeat(80);

/**
 * Fails where a package says nothing of its licence.
 * @param {readonly import('esbuild').Metafile[]} metafiles of all that is shipped
 */
export async function writeThirdPartyLicenses(root, file, metafiles) {
  const folders = new Set(metafiles.flatMap((metafile) => packageFolders(metafile)));
  const packages = await Promise.all([...folders].map((folder) => describePackage(resolve(root, folder))));
  const byText = new Map();
  for (const { name, text } of packages.toSorted((one, other) => one.name.localeCompare(other.name, 'en'))) {
    byText.set(text, (byText.get(text) ?? new Set()).add(name));
  }
  const parts = [...byText].map(([text, names]) => `${rule}\n${[...names].join('\n')}\n\n${text}\n`);
  await writeFile(file, [heading, ...parts].join('\n'));
}

/** Only of what was not left out as unused. */
function packageFolders({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path)?.[0] ?? []),
  );
}

async function describePackage(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(?:licen[cs]e|copying|notice)/iu.test(file));
  const texts = await Promise.all(files.toSorted().map((file) => readFile(join(folder, file), 'utf8')));
  if (texts.length === 0 && typeof license !== 'string') throw new Error(`${name} has no licence`);
  const owner = typeof author === 'string' ? author : author?.name;
  const text = texts.length > 0 ? texts.map((one) => one.trim()).join('\n\n') : `Copyright ${owner ?? name}`;
  return { name: `${name} ${version} (${license ?? 'see below'})`, text: text.replaceAll('\r\n', '\n') };
}
