/**
 * How everything that is shipped is bundled: an ES module for Node with all in it but `zookeeper`, which is native code and only
 * there where somebody asks for it.
 */
export function bundleOptions(version) {
  return {
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['zookeeper'],
    define: { ENCLOSURE_VERSION: JSON.stringify(version) },
    // CommonJS dependencies call `require`, which a module does not have.
    banner: {
      js: "import { createRequire as enclosureCreateRequire } from 'node:module';const require = enclosureCreateRequire(import.meta.url);",
    },
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  };
}
