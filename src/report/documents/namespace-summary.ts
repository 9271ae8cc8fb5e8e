/** What the keys of a namespace come to. */
import { keyStates, type KeyReport, type KeyState } from '../../cache/operator/key-report.ts';
import type { NamespaceReport } from '../../cache/operator/namespace-report.ts';

export interface NamespaceSummary extends Omit<NamespaceReport, 'keys'> {
  /** How many there are. */
  readonly keys: number;
  /** How many are in which state; every state is there. */
  readonly states: Readonly<Record<KeyState, number>>;
  /** Of the results, encoded. */
  readonly bytes: number;
}

export async function summarizeKeys(
  namespace: NamespaceReport,
  batches: AsyncIterable<readonly KeyReport[]>,
): Promise<NamespaceSummary> {
  const states = Object.fromEntries(keyStates.map((state) => [state, 0])) as Record<KeyState, number>;
  let [keys, bytes] = [0, 0];
  for await (const batch of batches) {
    for (const { state, facts } of batch) {
      keys += 1;
      states[state] += 1;
      bytes += facts?.result?.bytes ?? 0;
    }
  }
  return { ...namespace, keys, states, bytes };
}
