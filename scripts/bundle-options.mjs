/**
 * How everything that is shipped is bundled: an ES module for Node with all in it but `zookeeper`, which is native code and only
 * there where somebody asks for it.
 */
import { fileURLToPath } from 'node:url';

const yaml = fileURLToPath(new URL('../node_modules/yaml/browser/index.js', import.meta.url));

export function bundleOptions(version) {
  return {
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['zookeeper'],
    // Under the condition `node` this package is CommonJS, of which nothing can be left out; the other build is the same code.
    alias: { yaml },
    define: { ENCLOSURE_VERSION: JSON.stringify(version) },
    // CommonJS dependencies call `require`, which a module does not have.
    banner: {
      js: "import { createRequire as enclosureCreateRequire } from 'node:module';const require = enclosureCreateRequire(import.meta.url);",
    },
    // The licences are gathered in one file: scripts/third-party-licenses.mjs.
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  };
}
