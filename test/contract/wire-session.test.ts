import { openWireSession } from '../../src/zookeeper/wire-session.ts';
import { describeSession } from './session.ts';

describeSession({
  openSession: openWireSession,
  name: 'openWireSession',
  module: '../../src/zookeeper/wire-session.ts',
});
