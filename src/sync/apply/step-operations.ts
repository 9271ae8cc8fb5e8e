/** Turns the steps of a plan into operations, fetching the blobs' bytes as they are needed. */
import type { Plan } from '../../model/plan.ts';
import { joinPath } from '../../model/znode-path.ts';
import type { Operation } from '../../model/ports/channel.ts';
import { AclBook, type AclOf } from './acl-book.ts';
import { BlobQueue, type BlobBatches } from './blob-queue.ts';

const nothing = Buffer.alloc(0);
/** Of operations without data. */
const groupLimit = 500;

export interface StepSource {
  readonly plan: Pick<Plan, 'steps'>;
  /** The environment's root znode. */
  readonly root: string;
  /** Ancestors of the root that do not exist yet, topmost first. */
  readonly missingAncestors: readonly string[];
  /** Streams blobs; the answers come in the order asked for. */
  readonly readBlobs: (oids: Iterable<string>) => BlobBatches;
  readonly aclOf: AclOf;
}

/** Yields what can be had without waiting for git: its data are those of one answer, and no more are held. */
export async function* stepOperations(source: StepSource): AsyncGenerator<readonly Operation[]> {
  const acls = new AclBook(source.aclOf);
  const { steps } = source.plan;
  const blobs = new BlobQueue(
    source.readBlobs(steps.flatMap((step) => (step.action === 'delete' || step.bytes === 0 ? [] : step.oid))),
  );
  let group: Operation[] = [];
  try {
    for (const path of source.missingAncestors) {
      group.push({ op: 'create', path, data: nothing, acl: acls.known(path) ?? (await acls.learn(path)) });
    }
    for (const step of steps) {
      const path = joinPath(source.root, step.path);
      const hasData = step.action !== 'delete' && step.bytes > 0;
      if (group.length > 0 && (hasData ? blobs.isEmpty : group.length >= groupLimit)) {
        yield group;
        group = [];
      }
      if (step.action === 'delete') {
        group.push({ op: 'delete', path, version: step.version });
        continue;
      }
      const data = hasData ? (blobs.tryTake(step.oid) ?? (await blobs.take(step.oid))) : nothing;
      if (step.action === 'update') group.push({ op: 'setData', path, data, version: step.version });
      else group.push({ op: 'create', path, data, acl: acls.known(path) ?? (await acls.learn(path)) });
    }
    if (group.length > 0) yield group;
  } finally {
    await blobs.close();
  }
}
