import { openSession } from '../../src/zookeeper/session/official/open-session.ts';
import { describeSession } from './session.ts';

describeSession({
  openSession: openSession,
  name: 'openSession',
  module: '../../src/zookeeper/session/official/open-session.ts',
});
