/** Each row of the table is known everywhere: a new one needs no other place. */
import { expect, test } from 'vitest';
import { haveSameEffect } from '../../../../src/intake/queue/environment-line.ts';
import { requestInMessage, requestOfInvocation } from '../../../../src/lambda/request-in-message.ts';
import {
  permissionNames,
  permissionsOf,
  permissionSwitches,
} from '../../../../src/model/sync/permission-switches.ts';
import type { SyncRequest } from '../../../../src/model/sync/sync-request.ts';
import { overrideCommand } from '../../../../src/sync/plan/override-command.ts';
import { runWith } from '../../cli/fake-world.ts';

const request: SyncRequest = { environment: 'production', reason: 'manual', actor: 'alice', time: 'now' };

test('there are switches', () => {
  expect(permissionNames.length).toBeGreaterThanOrEqual(3);
});

test.each(permissionNames)(
  '%s is a field, a key of messages and invocations, a flag, and an advised command',
  async (name) => {
    const { flag, help } = permissionSwitches[name];
    const asked = { ...request, [name]: true };
    expect(permissionsOf({ ...asked, full: true } as SyncRequest)).toEqual({ [name]: true });
    expect(requestInMessage(JSON.stringify(asked))).toEqual(asked);
    expect(requestOfInvocation({ environment: 'production', [name]: true }, 'id')).toMatchObject({
      [name]: true,
    });
    expect(haveSameEffect(request, asked)).toBe(false);
    expect(overrideCommand('production', request, name)).toBe(`enclosure sync production ${flag}`);
    for (const command of ['plan', 'sync']) {
      const { stdout } = await runWith({}, command, '--help');
      expect(stdout.replaceAll(/\s+/gu, ' ')).toContain(`${flag} ${help}`);
    }
  },
);
