import { pathToFileURL } from 'node:url';

export const environments = ['production', 'staging'] as const;
export const stateRoot = '/enclosure';
export const znodeOf = (environment: string): string => `/environments/${environment}`;

/** The quickstart's enclosure.yaml. A real one differs in the addresses, and has no `allowLocalRepositories`. */
export function configurationText(parts: {
  readonly connect: string;
  readonly repository: string;
  readonly cacheDirectory: string;
}): string {
  return `version: 1
stateRoot: ${stateRoot}
cacheDirectory: ${JSON.stringify(parts.cacheDirectory)}
allowLocalRepositories: true
ensembles:
  main:
    connect: ${JSON.stringify(parts.connect)}
repositories:
  config:
    url: ${JSON.stringify(pathToFileURL(parts.repository).href)}
    provider: github
    webhookSecret: { env: ENCLOSURE_WEBHOOK_SECRET }
environments:
${environments.map(environmentText).join('')}`;
}

function environmentText(name: string): string {
  return `  ${name}:
    repository: config
    branch: main
    directory: environments/${name}
    ensemble: main
    znode: ${znodeOf(name)}
`;
}
