/** What is needed to run one server; `directory` holds zoo.cfg and takes the data. */
export interface Launch {
  readonly directory: string;
  readonly port: number;
  /** Options of the Java machine. */
  readonly options: readonly string[];
  /** Unique among the servers that run on this machine. */
  readonly name: string;
}

export interface Distribution {
  /** For people: which version, where. */
  readonly name: string;
  /** The address that the server has to listen on to be reached at 127.0.0.1 and nowhere else. */
  readonly bindAddress: string;
  command(launch: Launch): string[];
  /** How to signal the server where that is not simply its process. */
  readonly signal?: (name: string, signal: NodeJS.Signals) => void;
  /** The command that ends the server, where that is not the end of its process. */
  readonly killCommand?: (name: string) => string[];
}

export const image: string;
export const minimumVersion: string;
export function tooOld(version: string): boolean;
/** Undefined when there is none, or none that is new enough, or no Java to run it. */
export function findDistribution(): Distribution | undefined;
