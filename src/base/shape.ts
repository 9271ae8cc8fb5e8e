/**
 * What a JSON value has to look like, and what is read of it where it does: fields that nobody asked for are left out, so
 * that what a newer program added does no harm. For what is stored and what applications load; a schema library would be
 * most of what the agent weighs.
 *
 *   const place = fields<Place>({ revision: count, commit: text });
 */
import { fieldsOf, isCount, isText } from './parse-json.ts';

/** Reads a value; where it looks otherwise, `refuse` is asked, which throws. */
export type Shape<T> = (value: unknown, at: string, refuse: Refuse) => T;

/**
 * @param at the way to the value, `target.commit`; '' is the document
 * @param problem for example `not a whole number`
 */
export type Refuse = (at: string, problem: string) => never;

type Optional<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

export const text: Shape<string> = (value, at, refuse) => (isText(value) ? value : refuse(at, 'not a text'));

/** From 0. */
export const count: Shape<number> = (value, at, refuse) =>
  isCount(value) ? value : refuse(at, 'not a whole number from 0');

/** A date that JavaScript understands. */
export const time: Shape<string> = (value, at, refuse) =>
  isText(value) && !Number.isNaN(Date.parse(value)) ? value : refuse(at, 'not a time');

export function matching(pattern: RegExp, what: string): Shape<string> {
  return (value, at, refuse) => (isText(value) && pattern.test(value) ? value : refuse(at, `not ${what}`));
}

export function oneOf<const T extends string | number>(...values: readonly T[]): Shape<T> {
  return (value, at, refuse) =>
    values.find((one) => one === value) ?? refuse(at, `none of ${values.join(', ')}`);
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value, at, refuse) => (value === null ? null : shape(value, at, refuse));
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value, at, refuse) => {
    if (!Array.isArray(value)) return refuse(at, 'not a list');
    return value.map((one: unknown, index) => shape(one, `${at}.${index}`, refuse));
  };
}

/**
 * An object; the compiler holds that there is a shape for each field of `T`, and that it fits.
 * @param optional the fields that may be missing
 */
export function fields<T extends object>(
  shapes: { readonly [K in keyof T]-?: Shape<T[K]> },
  optional: readonly Optional<T>[] = [],
): Shape<T> {
  const parts = Object.entries(shapes) as [keyof T & string, Shape<T[keyof T & string]>][];
  return (value, at, refuse) => {
    const given = fieldsOf(value) ?? refuse(at, 'not an object');
    const read: Partial<T> = {};
    for (const [name, shape] of parts) {
      const here = at === '' ? name : `${at}.${name}`;
      if (Object.hasOwn(given, name)) read[name] = shape(given[name], here, refuse);
      else if (!(optional as readonly (keyof T)[]).includes(name)) refuse(here, 'missing');
    }
    return read as T;
  };
}
