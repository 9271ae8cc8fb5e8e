export declare const stages: readonly { readonly folder: string; readonly does: string }[];
/** The place of a file in the order, -1 for one that has none. */
export declare function stageOf(path: string): number;
