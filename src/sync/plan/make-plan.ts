/**
 * Makes the plan: what `plan` shows and what `sync` applies come from this one function. It reads git and the live tree
 * and writes nothing. A read error is an error, never "empty".
 */
import { permissionNames, type Permissions } from '../../model/sync/permission-switches.ts';
import type { Plan } from '../../model/plan.ts';
import { fenceReserve } from '../lock/fence.ts';
import { guard, type Overrides } from './guard.ts';
import { observeFast } from './observe-fast.ts';
import { observeFull } from './observe-full.ts';
import type { PlanInput } from './plan-input.ts';
import { tooLarge } from './too-large.ts';

export async function makePlan(input: PlanInput): Promise<Plan> {
  const { environment, request, channel, state, commit, descent } = input;
  const previousCommit = state?.commit ?? undefined;
  const observation = (await observeFast(input)) ?? (await observeFull(input));
  const { comparison } = observation;
  const refusals = [
    ...observation.problems,
    ...tooLarge(comparison.steps, environment.znode, channel.maxFrame - fenceReserve),
    ...guard({
      environment,
      commit,
      previousCommit,
      comparison,
      descent,
      directory: observation.directory,
      overlapping: observation.overlapping,
      asked: request,
      overrides: {
        ...permitted(request),
        ...(environment.allowRewind && { allowRewind: true }),
      },
    }),
  ];
  return Object.freeze({
    environment: environment.name,
    commit,
    ...(previousCommit === undefined ? {} : { previousCommit }),
    mode: observation.mode,
    steps: comparison.steps,
    landed: observation.landed,
    refusals,
    warnings: observation.warnings,
    unchanged: comparison.unchanged,
    znodes: comparison.znodes,
    unmanaged: comparison.unmanaged,
    strays: comparison.strays,
    drift: comparison.drift,
    ...(comparison.adoption !== undefined && { adoption: comparison.adoption }),
  });
}

function permitted(request: Permissions): Overrides {
  return Object.fromEntries(permissionNames.map((name) => [name, request[name] === true])) as Overrides;
}
