/** Turns the steps of a plan into operations, fetching the blobs' bytes as they are needed. */
import type { Acl } from '../model/environment.ts';
import { EnclosureError } from '../model/errors.ts';
import type { Plan, Step } from '../model/plan.ts';
import { joinPath, parentPath } from '../model/znode-path.ts';
import type { Operation } from '../zookeeper/operations.ts';

/** Streams blobs; the answers come in the order asked for, without `data` where git has no such blob. */
export type ReadBlobs = (
  oids: Iterable<string>,
) => AsyncIterable<{ readonly oid: string; readonly data?: Buffer }>;

/** The list that a new znode at this path gets; its parent exists. */
export type AclOf = (path: string) => Promise<readonly Acl[]>;

const nothing = Buffer.alloc(0);

export interface StepSource {
  readonly plan: Pick<Plan, 'steps'>;
  /** The environment's root znode. */
  readonly root: string;
  /** Ancestors of the root that do not exist yet, topmost first. */
  readonly missingAncestors: readonly string[];
  readonly readBlobs: ReadBlobs;
  readonly aclOf: AclOf;
}

export async function* stepOperations(source: StepSource): AsyncGenerator<Operation> {
  const acls = new AclBook(source.aclOf);
  for (const path of source.missingAncestors) {
    yield { op: 'create', path, data: nothing, acl: acls.known(path) ?? (await acls.learn(path)) };
  }
  const { steps } = source.plan;
  const blobs = source.readBlobs(oidsToRead(steps))[Symbol.asyncIterator]();
  try {
    for (const step of steps) {
      const path = joinPath(source.root, step.path);
      if (step.action === 'delete') {
        yield { op: 'delete', path, version: step.version };
        continue;
      }
      const data = step.bytes === 0 ? nothing : await nextBlob(blobs, step.oid);
      if (step.action === 'update') yield { op: 'setData', path, data, version: step.version };
      else yield { op: 'create', path, data, acl: acls.known(path) ?? (await acls.learn(path)) };
    }
  } finally {
    await blobs.return?.();
  }
}

function* oidsToRead(steps: readonly Step[]): Generator<string> {
  for (const step of steps) if (step.action !== 'delete' && step.bytes > 0) yield step.oid;
}

async function nextBlob(blobs: AsyncIterator<{ oid: string; data?: Buffer }>, oid: string): Promise<Buffer> {
  const next = await blobs.next();
  if (next.done !== true && next.value.oid === oid && next.value.data !== undefined) return next.value.data;
  throw new EnclosureError('git-failed', 'a blob of the commit could not be read from the local copy', {
    expected: oid,
    found: next.done === true ? 'the end' : 'no such object',
    next: 'Run it again; a damaged copy is made anew.',
  });
}

/** Remembers lists by path: a znode that is created inherits from its parent, which may have been created just before. */
class AclBook {
  readonly #lists = new Map<string, readonly Acl[]>();
  readonly #aclOf: AclOf;

  constructor(aclOf: AclOf) {
    this.#aclOf = aclOf;
  }

  known(path: string): readonly Acl[] | undefined {
    const list = this.#lists.get(parentPath(path));
    if (list !== undefined) this.#lists.set(path, list);
    return list;
  }

  async learn(path: string): Promise<readonly Acl[]> {
    const parent = parentPath(path);
    const list = await this.#aclOf(path);
    this.#lists.set(parent, list);
    this.#lists.set(path, list);
    return list;
  }
}
