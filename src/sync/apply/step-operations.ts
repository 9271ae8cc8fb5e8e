/** Turns the steps of a plan into operations, fetching the contents' bytes as they are needed. */
import type { ContentId } from '../../model/content-id.ts';
import type { Plan } from '../../model/plan.ts';
import { joinPath } from '../../model/znode-path.ts';
import type { Operation } from '../../model/ports/channel.ts';
import { AclBook, type AclOf } from './acl-book.ts';
import { type ContentBatches, ContentQueue } from './content-queue.ts';

const nothing = Buffer.alloc(0);
/** Of operations without data. */
const groupLimit = 500;

export interface StepSource {
  readonly plan: Pick<Plan, 'steps'>;
  /** The environment's root znode. */
  readonly root: string;
  /** Ancestors of the root that do not exist yet, topmost first. */
  readonly missingAncestors: readonly string[];
  /** The answers come in the order asked for. */
  readonly readContents: (ids: Iterable<ContentId>) => ContentBatches;
  readonly aclOf: AclOf;
}

/** Yields what can be had without waiting: its data are those of one answer, and no more are held. */
export async function* stepOperations(source: StepSource): AsyncGenerator<readonly Operation[]> {
  const acls = new AclBook(source.aclOf);
  const { steps } = source.plan;
  const contents = new ContentQueue(
    source.readContents(
      steps.flatMap((step) => (step.action === 'delete' || step.bytes === 0 ? [] : step.content)),
    ),
  );
  let group: Operation[] = [];
  try {
    for (const path of source.missingAncestors) {
      group.push({ op: 'create', path, data: nothing, acl: acls.known(path) ?? (await acls.learn(path)) });
    }
    for (const step of steps) {
      const path = joinPath(source.root, step.path);
      const hasData = step.action !== 'delete' && step.bytes > 0;
      if (group.length > 0 && (hasData ? contents.isEmpty : group.length >= groupLimit)) {
        yield group;
        group = [];
      }
      if (step.action === 'delete') {
        group.push({ op: 'delete', path, version: step.version });
        continue;
      }
      const data = hasData
        ? (contents.tryTake(step.content) ?? (await contents.take(step.content)))
        : nothing;
      if (step.action === 'update') group.push({ op: 'setData', path, data, version: step.version });
      else group.push({ op: 'create', path, data, acl: acls.known(path) ?? (await acls.learn(path)) });
    }
    if (group.length > 0) yield group;
  } finally {
    await contents.close();
  }
}
