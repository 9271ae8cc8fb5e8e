import { openOfficialSession } from '../../src/zookeeper/session/official/open-official-session.ts';
import { describeSession } from './session.ts';

describeSession({
  openSession: openOfficialSession,
  name: 'openOfficialSession',
  module: '../../src/zookeeper/session/official/open-official-session.ts',
});
