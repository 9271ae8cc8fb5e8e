/**
 * The names of objects. They are checked here once more, whoever made them: a store is the last place where a bad name could
 * lead out of it. Pure; a bad name is a fault of the program, hence a plain Error.
 */
const segment = /^[\w.-]+$/;

/** Also of a prefix, which is whole segments. */
export function checkObjectName(name: string): void {
  if (isObjectName(name)) return;
  throw new Error(`expected the name of an object, as in part-store.ts; found ${JSON.stringify(name)}`);
}

export function isObjectName(name: string): boolean {
  return name.split('/').every((one) => segment.test(one) && one !== '.' && one !== '..');
}
