import type { Metafile } from 'esbuild';

/** Resolves with a line a function: its name, its size and its limit. */
export function buildFunctions(outdir?: string): Promise<string[]>;
/** What keeps a bundle from being deployed; empty when nothing does. */
export function problemsOf(bundle: Metafile['outputs'][string]): string[];
