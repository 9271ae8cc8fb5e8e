import { openWireSession } from '../../src/zookeeper/session/open-wire-session.ts';
import { describeSession } from './session.ts';

describeSession({
  openSession: openWireSession,
  name: 'openWireSession',
  module: '../../src/zookeeper/session/open-wire-session.ts',
});
