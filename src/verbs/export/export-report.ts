export interface ExportReport {
  readonly ensemble: string;
  readonly znode: string;
  /** Absolute. */
  readonly directory: string;
  /** Exported, the root znode included. */
  readonly znodes: number;
  readonly files: number;
  /** Below the directory itself. */
  readonly directories: number;
  /** Of all files. */
  readonly bytes: number;
  /** Ephemeral znodes, which are no configuration and were left out. */
  readonly ephemeral: number;
  /** Znodes that somebody set or deleted while the tree was exported: the files are not the tree of one moment then. */
  readonly changed: number;
  readonly durationMs: number;
}
