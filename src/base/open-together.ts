interface Closable {
  close(): Promise<void>;
}

/** Opens several things at once. When one cannot be opened, the others are closed again before the error goes on. */
export async function openTogether<T extends readonly Closable[]>(
  ...opening: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  const opened = await Promise.allSettled(opening);
  const failed = opened.find((result) => result.status === 'rejected');
  if (failed === undefined) return (await Promise.all(opening)) as T;
  await Promise.all(
    opened.map(async (result) => result.status === 'fulfilled' && (await result.value.close())),
  );
  throw failed.reason;
}
