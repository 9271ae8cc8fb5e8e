import { environments } from './configuration-text.ts';
import { say } from './narrate.ts';
import type { Stage } from './stage.ts';

/**
 * Waits until `serve` is through with the reconcile at its start. It finds the repository empty; were it still at it
 * when the first push comes, the first load would sometimes be the reconcile's and sometimes the push's.
 */
export async function untilReady(stage: Stage): Promise<void> {
  const lines = await stage.serve.logged(
    'the reconcile at its start',
    (line) => line['reason'] === 'schedule' && line['outcome'] !== undefined,
    (done) => new Set(done.map((line) => line['environment'])).size === environments.length,
  );
  const code = lines[0]?.['code'];
  say(`At its start serve has looked at the repository, which is still empty (${String(code)}).`);
}
