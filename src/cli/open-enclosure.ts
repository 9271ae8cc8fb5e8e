/** From the path of a configuration to an `Enclosure`: the one place where the command line meets the real parts. */
import type { Opened } from '../terminal/world.ts';

export async function openEnclosure(configurationPath: string): Promise<Opened> {
  const { loadConfiguration } = await import('../enclosure/load-configuration.ts');
  const configuration = await loadConfiguration({ path: configurationPath });
  // Most of the code comes with it: not before the configuration is known to be right.
  const { createEnclosure } = await import('../enclosure/create-enclosure.ts');
  return { configuration, enclosure: createEnclosure(configuration) };
}
