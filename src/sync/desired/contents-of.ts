import type { ContentSource } from '../../model/ports/contents.ts';
import type { GitRepository } from '../../model/ports/git-repository.ts';

/**
 * The contents of desired trees. A file that is a znode as it is has the name that git gave its bytes, so git reads it; what code
 * of ours makes from files will be read here as well. Plan, apply and the verbs ask for contents through this alone.
 */
export function contentsOf(repository: GitRepository): ContentSource {
  return repository;
}
