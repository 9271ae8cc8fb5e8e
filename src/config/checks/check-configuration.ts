/**
 * Text in, checked source out. Entries that the schema refuses are left out of the cross checks, so that one mistyped
 * key does not hide what is wrong with the rest of the file.
 */
import { crossChecks, type KnownNames } from './cross-checks.ts';
import { parseConfigurationDocument } from '../document/configuration-document.ts';
import { ConfigurationError } from '../problems/problem.ts';
import { configurationSchema, type ConfigurationSource } from '../schema/configuration-schema.ts';
import { schemaProblems, valueAt } from '../schema/schema-problems.ts';

/** `file` is for the messages. */
export function checkConfiguration(text: string, file: string): ConfigurationSource {
  const document = parseConfigurationDocument(text);
  if ('problems' in document) throw new ConfigurationError(file, document.problems);
  const { value } = document;
  const verdict = configurationSchema.safeParse(value);
  const issues = verdict.error?.issues ?? [];
  const source = verdict.success ? verdict.data : withoutInvalid(value, issues);
  const findings = source === undefined ? [] : crossChecks(source, namesIn(value));
  const problems = [
    ...schemaProblems(issues, document),
    ...findings.map(({ atKey, ...finding }) => ({
      ...finding,
      ...document.locate(finding.path, atKey === true ? 'key' : 'value'),
    })),
  ];
  if (problems.length > 0 || !verdict.success) throw new ConfigurationError(file, problems);
  return verdict.data;
}

const sections: ReadonlySet<PropertyKey | undefined> = new Set(['ensembles', 'repositories', 'environments']);

/** The document without what the issues are about: whole entries of the three sections, and single keys above them. */
function withoutInvalid(
  value: unknown,
  issues: readonly {
    readonly code: string;
    readonly path: readonly PropertyKey[];
    readonly keys?: readonly string[];
  }[],
): ConfigurationSource | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const rest = structuredClone(value) as Record<PropertyKey, unknown>;
  for (const { path, keys = [] } of issues) {
    const [first, second] = path;
    const section = first === undefined ? undefined : rest[first];
    if (first === undefined) for (const key of keys) delete rest[key];
    else if (second !== undefined && sections.has(first))
      delete (section as Record<PropertyKey, unknown>)[second];
    else delete rest[first];
  }
  const verdict = configurationSchema.safeParse({
    ensembles: {},
    repositories: {},
    environments: {},
    ...rest,
    version: 1,
  });
  return verdict.data;
}

function namesIn(value: unknown): KnownNames {
  const keys = (section: string): Set<string> => {
    const entries = valueAt(value, [section]);
    return new Set(typeof entries === 'object' && entries !== null ? Object.keys(entries) : []);
  };
  return {
    ensembles: keys('ensembles'),
    repositories: keys('repositories'),
    environments: keys('environments'),
  };
}
