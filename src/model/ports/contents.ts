/**
 * Reads contents by their identities. Git's blobs are the one implementation now (`contentsOf`); contents that code of ours
 * makes from files come through the same port, so that plan, apply and the verbs need not know where bytes are from.
 */
import type { ContentId } from '../content-id.ts';

export interface Content {
  readonly id: ContentId;
  /** Bytes. */
  readonly size: number;
  /** Absent when it is larger than asked for. */
  readonly data?: Buffer;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Contents larger than this come without their data; default: none do. */
  readonly keep?: number | undefined;
  /** Data may be views of a larger buffer: for a reader that keeps none of them for long. */
  readonly views?: boolean | undefined;
}

export type ContentIds = AsyncIterable<ContentId> | Iterable<ContentId>;

/** Every read fails with `git-failed` for a content that is not there. */
export interface Contents {
  /** In the order asked; stopping early reads no more. */
  read(ids: ContentIds, options?: ReadOptions): AsyncIterable<Content>;
  /** The same, as many at a time as are there without waiting: waiting costs more than a small content. */
  readBatches(ids: ContentIds, options?: ReadOptions): AsyncIterable<readonly Content[]>;
  /** The size of each in bytes. */
  sizes(ids: ReadonlySet<ContentId>, options?: ReadOptions): Promise<Map<ContentId, number>>;
  close(): Promise<void>;
}

/** What has contents: it opens a reader of them, and finds a single one. */
export interface ContentSource {
  /** To be closed when it is not needed any more. */
  openContents(): Contents;
  /** Undefined when there is none: what was written by hand never was in a commit. */
  readContent(
    id: ContentId,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Buffer | undefined>;
}
