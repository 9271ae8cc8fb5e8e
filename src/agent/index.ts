/**
 * `enclosure/agent`: what an application needs of Enclosure. It joins an environment, reads its configuration, and hears of
 * changes. Knows nothing of git, plans and deployments.
 */
export { join } from './join.ts';
export { download } from './download.ts';
export type {
  AgentEvent,
  Config,
  ConfigChange,
  ConnectOptions,
  JoinOptions,
  Membership,
} from './membership.ts';
export { EnclosureError, isEnclosureError, type ErrorCode } from '../base/enclosure-error.ts';
export type { Member, Receipt, RejectedRevision } from '../model/member.ts';
