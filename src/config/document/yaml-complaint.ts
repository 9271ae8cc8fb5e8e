import type { ErrorCode } from 'yaml';

/** What a parser's error code means, in words that quote nothing of the source: a line may hold a secret in clear. */
export function yamlComplaint(code: ErrorCode): { readonly expected: string; readonly found: string } {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { expected: 'every key once', found: 'a key that stands twice in one map' };
    case 'MULTIPLE_DOCS':
      return { expected: 'one YAML document', found: 'a second one' };
    case 'TAB_AS_INDENT':
      return { expected: 'spaces for indentation', found: 'a tab' };
    case 'TAG_RESOLVE_FAILED':
    case 'MULTIPLE_TAGS':
      return { expected: 'no tags', found: 'a tag that YAML 1.2 does not know' };
    case 'NON_STRING_KEY':
      return { expected: 'a plain key', found: 'a list or a map as a key' };
    case 'BAD_SCALAR_START':
      return { expected: 'quotes around a value that begins with @ or `', found: 'none' };
    case 'MISSING_CHAR':
      return {
        expected: 'YAML',
        found: 'a missing character: a quote, a bracket, a comma or the colon of a key',
      };
    case 'BAD_INDENT':
      return { expected: 'consistent indentation', found: 'a line that is indented otherwise' };
    case 'BAD_DQ_ESCAPE':
      return {
        expected: 'an escape sequence of YAML',
        found: 'another one; single quotes take a \\ as it is',
      };
    case 'RESOURCE_EXHAUSTION':
      return { expected: 'a document of a usual size', found: 'one that exhausts the parser' };
    default:
      return { expected: 'YAML', found: `something else (${code})` };
  }
}
