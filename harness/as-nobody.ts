/** Runs it as a user for whom permissions count: for root they do not. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const [user, seteuid] = [process.geteuid?.(), process.seteuid?.bind(process)];
  if (user !== 0 || seteuid === undefined) return await work();
  seteuid(65_534);
  try {
    return await work();
  } finally {
    seteuid(user);
  }
}
