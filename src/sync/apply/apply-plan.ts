/**
 * Carries out a plan while the environment's lock is held. A plan that fits into one transaction is applied atomically
 * together with the state and the deployment record. A larger one says `applying` in its first transaction and `applied`
 * in its last, which is sent only when all before it have landed: a reader never takes a half-written tree for whole.
 */
import type { Channel, Operation } from '../../model/ports/channel.ts';
import type { Plan } from '../../model/plan.ts';
import { fenceReserve } from '../lock/fence.ts';
import { batches } from './batches.ts';
import type { FencedWriter } from './fenced-writer.ts';
import { stepOperations, type StepSource } from './step-operations.ts';

export interface ApplyInput extends StepSource {
  readonly plan: Plan;
  readonly writer: FencedWriter;
  readonly channel: Pick<Channel, 'frameLength' | 'maxFrame'>;
  /** Says in the state that the deployment has begun. */
  readonly opening: () => Operation[];
  /**
   * Says in the state that it is done, and writes the record.
   * @param transactions how many the deployment took, this one included
   * @param opened whether `opening` was written before
   */
  readonly closing: (transactions: number, opened: boolean) => Operation[];
}

export async function applyPlan(input: ApplyInput): Promise<void> {
  const { writer } = input;
  const fits = (operations: readonly Operation[]): boolean =>
    input.channel.frameLength(operations) + fenceReserve <= input.channel.maxFrame;
  let done = 0;
  let opened = false;
  let group: Operation[] = [];
  for await (const next of batches(stepOperations(input), input.channel)) {
    if (!opened) {
      if (group.length === 0) {
        group = next;
        continue;
      }
      await sendOpening(group);
      opened = true;
    } else {
      await sendGroup(group);
    }
    group = next;
  }
  await finish();

  async function sendOpening(operations: Operation[]): Promise<void> {
    const opening = input.opening();
    if (fits([...opening, ...operations])) {
      done += operations.length;
      await writer.send([...opening, ...operations], done);
    } else {
      await writer.send(opening, done);
      await sendGroup(operations);
    }
  }

  async function sendGroup(operations: Operation[]): Promise<void> {
    done += operations.length;
    await writer.send(operations, done);
  }

  /** The last group goes together with the closing where they fit; otherwise each goes alone. */
  async function finish(): Promise<void> {
    await writer.drain();
    const closing = input.closing(writer.transactions + 1, opened);
    if (fits([...group, ...closing])) {
      await writer.send([...group, ...closing], done + group.length);
    } else {
      if (opened) await sendGroup(group);
      else await sendOpening(group);
      await writer.drain();
      await writer.send(input.closing(writer.transactions + 1, true), done);
    }
    await writer.drain();
  }
}
