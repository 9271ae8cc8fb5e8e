/** From a configuration to the ensemble that holds the bulk call cache, and a channel to it. */
import type { Configuration, Ensemble } from '../../../model/environment.ts';
import { EnclosureError } from '../../../base/enclosure-error.ts';
import { escapeName } from '../../../model/znode-path.ts';
import { openChannelTo } from '../../../sync/open/open-run.ts';
import type { Channel } from '../../../model/ports/channel.ts';
import { orAborted } from '../../../base/or-aborted.ts';
import type { Context } from '../../../terminal/context.ts';

export interface CacheFlags {
  readonly ensemble?: string;
}

export interface CacheAccess {
  readonly ensemble: string;
  readonly stateRoot: string;
  readonly channel: Channel;
}

/** Fails as `use` does, and with the signal's error as soon as it fires; the channel is closed then in any case. */
export async function withCache<T>(
  context: Context,
  flags: CacheFlags,
  use: (access: CacheAccess) => Promise<T>,
): Promise<T> {
  const { configuration } = await context.open();
  const ensemble = cacheEnsemble(configuration, flags.ensemble);
  const channel = await openChannelTo(ensemble, context.signal);
  try {
    const { stateRoot } = configuration;
    return await orAborted(use({ ensemble: ensemble.name, stateRoot, channel }), context.signal);
  } finally {
    await channel.close();
  }
}

/** Fails with `usage-invalid`. */
function cacheEnsemble(
  { ensembles, snapshotCache }: Pick<Configuration, 'ensembles' | 'snapshotCache'>,
  name: string | undefined,
): Ensemble {
  const expected = `one of ${[...ensembles.keys()].map(escapeName).join(', ')}`;
  if (name !== undefined) {
    const named = ensembles.get(name);
    if (named !== undefined) return named;
    throw new EnclosureError('usage-invalid', 'the configuration has no such ensemble', {
      expected,
      found: `"${escapeName(name)}"`,
    });
  }
  if (snapshotCache !== undefined) return snapshotCache.ensemble;
  const [only, ...others] = ensembles.values();
  if (only !== undefined && others.length === 0) return only;
  throw new EnclosureError('usage-invalid', 'the configuration has several ensembles', {
    expected: `--ensemble with ${expected}`,
    found: 'no --ensemble',
  });
}
