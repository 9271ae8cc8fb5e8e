/** What the schema is made of: each part carries, as the message of its check, what was expected. */
import * as z from 'zod';

// Compiling a check for each object pays after hundreds of documents; a process reads one.
z.config({ jitless: true });

const namePattern = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;

/** A map with these keys and no others. */
function map<const Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `one of the keys ${keys}` : `a map with the keys ${keys}`,
  });
}

/** A map from names to entries of one kind. */
function named<Entry extends z.ZodType>(entry: Entry, kind: string) {
  const expected = 'a name of lower-case letters, digits and, inside, dots, dashes and underscores';
  return z.record(z.string().regex(namePattern), entry, {
    error: ({ code }) => (code === 'invalid_key' ? expected : `a map from names to ${kind}`),
  });
}

/** A string that is not empty and has the pattern, where there is one. */
function text(expected: string, pattern = /[^]/) {
  const base = z.string({ error: expected });
  return pattern.source === '[^]'
    ? base.min(1, { error: expected })
    : base.regex(pattern, { error: expected });
}

function choice<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, { error: values.join(' or ') });
}

function flag() {
  return z.boolean({ error: 'true or false' });
}

export const schemaParts = { map, named, text, choice, flag } as const;
