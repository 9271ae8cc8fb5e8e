/** From the path of a configuration to an `Enclosure`: the one place where the command line meets the real parts. */
import type { Opened } from '../terminal/world.ts';

export async function openEnclosure(configurationPath: string): Promise<Opened> {
  const { loadConfiguration } = await import('../config/load-configuration.ts');
  const configuration = await loadConfiguration({
    path: configurationPath,
    awsCredentials: async () => (await import('../aws/default-credentials.ts')).defaultCredentials(),
  });
  // Most of the code comes with it: not before the configuration is known to be right.
  const { createEnclosure } = await import('../enclosure/create-enclosure.ts');
  const { gitBaseEnvironment } = await import('../config/process-environment.ts');
  return { configuration, enclosure: createEnclosure(configuration, gitBaseEnvironment()) };
}
