/** Put in by the build, from package.json. */
declare const ENCLOSURE_VERSION: string | undefined;

export const version = typeof ENCLOSURE_VERSION === 'string' ? ENCLOSURE_VERSION : 'development';
