/** What the commands get from outside, so that a test can give them another: streams, environment, signal, Enclosure. */
import type { ProcessEnvironment } from '../config/process-environment.ts';
import type { Configuration } from '../model/environment.ts';
import type { Enclosure } from '../enclosure/enclosure.ts';

export interface Stream {
  readonly isTTY?: boolean;
  /** Of a terminal. */
  readonly columns?: number;
  write(text: string | Uint8Array): unknown;
}

export interface Opened {
  readonly configuration: Configuration;
  readonly enclosure: Enclosure;
}

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly reconcileEveryMs: number;
}

export interface RunningServer {
  readonly url: string;
  /** Ends in order; what runs may finish. */
  close(): Promise<void>;
}

export type Serve = (opened: Opened, settings: ServerSettings) => Promise<RunningServer>;

export interface World {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: ProcessEnvironment;
  /** Fires when the process is asked to end; everything is then released in an orderly way. */
  readonly signal: AbortSignal;
  /**
   * Until the returned function is called, every signal that can be caught goes to `receive`, and none ends this process:
   * whoever looks after another process passes them on.
   */
  claimSignals(receive: (name: NodeJS.Signals) => void): () => void;
  open(configurationPath: string): Promise<Opened>;
  readonly serve: Serve;
}
