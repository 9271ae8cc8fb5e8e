/** `ENOSPC` and the like; undefined of what is no answer of the operating system. */
export function errnoOf(error: unknown): string | undefined {
  const { code, syscall } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return typeof code === 'string' && typeof syscall === 'string' ? code : undefined;
}
