/** Where the tools are installed, relative to the project's folder. */
export const awsToolsFolder: string;
/** Why they cannot run on this machine; undefined where they can. */
export function noAwsTools(): string | undefined;
export function ensureAwsTools(root: string): void;
