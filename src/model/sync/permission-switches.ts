/**
 * What a request may permit that a guard refuses otherwise, said once: the fields of a request, the flags of the command line with
 * their help, what a message of the queue and an invocation may hold, which requests have the same effect, and the commands
 * that refusals advise all come from this table. A new switch is a row here, and a guard that heeds it.
 */
export const permissionSwitches = {
  allowRewind: {
    flag: '--allow-rewind',
    help: 'accept a commit that does not descend from the applied one',
  },
  allowDeletes: { flag: '--allow-deletes', help: 'delete more than maxDelete allows' },
  adopt: {
    flag: '--adopt',
    help: 'take over znodes that exist already and were not made by a deployment',
  },
} as const satisfies Readonly<Record<string, { readonly flag: `--${string}`; readonly help: string }>>;

export type PermissionSwitch = keyof typeof permissionSwitches;

/** In the order of the table, which is that of help and of advised commands. */
export const permissionNames = Object.keys(permissionSwitches) as readonly PermissionSwitch[];

/** The permissions of a request. What is absent is not permitted. */
export type Permissions = { readonly [Name in PermissionSwitch]?: boolean };

/** The switches of a request or of flags, without those that nobody mentioned, and without all else. */
export function permissionsOf(given: Permissions): Permissions {
  const mentioned = permissionNames.filter((name) => given[name] !== undefined);
  return Object.fromEntries(mentioned.map((name) => [name, given[name]]));
}
