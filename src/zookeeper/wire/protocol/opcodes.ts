/**
 * The numbers of ZooKeeper's wire protocol that are used here (`ZooDefs.OpCode`, `ClientCnxn` in the server's
 * source). A request without an answer of its own has a fixed, negative xid.
 */
export const opcodes = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getAcl: 6,
  setAcl: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  check: 13,
  multi: 14,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  addWatch: 106,
  closeSession: -11,
  /** In a multi's answer: this operation's result is an error. */
  error: -1,
} as const;

export const xids = {
  /** The handshake has no header; the number is ours and never sent. */
  connect: 0,
  notification: -1,
  ping: -2,
  auth: -4,
} as const;
