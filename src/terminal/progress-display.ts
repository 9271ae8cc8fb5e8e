/**
 * Shows progress on standard error: a bar that redraws itself where a person looks at a terminal, a line for every new
 * phase with `--verbose` elsewhere, and nothing in a plain pipe. `--verbose` ends with how long each phase took. The bar appears only when a run takes a moment, and is
 * gone when it ends.
 */
import { wantsProgressBar } from '../config/process-environment.ts';
import { escapeName } from '../model/znode-path.ts';
import type { OnProgress, Progress } from '../model/progress.ts';
import { PhaseTimes } from './phase-times.ts';
import { renderProgressBar, renderProgressLine } from './render-progress-line.ts';
import type { World } from './world.ts';

const firstAfterMs = 200;
const redrawMs = 80;
const clearLine = '\r\u001b[K';

export class ProgressDisplay {
  readonly #stderr: World['stderr'];
  readonly #title: string;
  readonly #kind: 'bar' | 'lines' | 'none';
  readonly #times: PhaseTimes | undefined;
  #drawnAt = Date.now() - redrawMs + firstAfterMs;
  #visible = false;
  #lastLine = '';

  constructor(
    world: Pick<World, 'stderr' | 'env'>,
    options: { readonly title: string; readonly verbose: boolean },
  ) {
    this.#stderr = world.stderr;
    this.#title = options.title;
    this.#times = options.verbose ? new PhaseTimes() : undefined;
    if (wantsProgressBar(world.env, world.stderr.isTTY === true)) this.#kind = 'bar';
    else this.#kind = options.verbose ? 'lines' : 'none';
  }

  readonly onProgress: OnProgress = (progress) => {
    this.#times?.note(progress);
    if (this.#kind === 'bar') this.#draw(progress);
    else if (this.#kind === 'lines') this.#writeLine(progress);
  };

  /** Takes the bar off the screen; with `--verbose`, says where the time went. */
  end(): void {
    if (this.#visible) this.#stderr.write(clearLine);
    this.#visible = false;
    if (this.#times !== undefined) {
      this.#stderr.write(`${escapeName(this.#title)}: ${this.#times.summary()}\n`);
    }
  }

  #draw(progress: Progress): void {
    const now = Date.now();
    if (now - this.#drawnAt < redrawMs) return;
    this.#drawnAt = now;
    this.#visible = true;
    // One column less than there are: a full line wraps on some terminals, and then it cannot be redrawn.
    const width = (this.#stderr.columns ?? 80) - 1;
    this.#stderr.write(clearLine + renderProgressBar(this.#title, progress, width));
  }

  /** One line for a phase or a new detail, not one for every step of it. */
  #writeLine(progress: Progress): void {
    const line = renderProgressLine(this.#title, { ...progress, done: 0, total: 0 });
    if (line === this.#lastLine) return;
    this.#lastLine = line;
    this.#stderr.write(`${line}\n`);
  }
}
