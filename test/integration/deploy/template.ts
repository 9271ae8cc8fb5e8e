/**
 * A CloudFormation template, and as much of CloudFormation's own functions as is needed to see what a value comes to.
 * What only exists in an account stands as its name: `Ref X` as `X`, `GetAtt X.Arn` as `X.Arn`. What `Ref AWS::NoValue`
 * stands for is left out, as CloudFormation does.
 */
export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::AccountId': '000000000000',
  'AWS::URLSuffix': 'amazonaws.com',
};

const nothing = Symbol('AWS::NoValue');

/** The resources that will exist, with everything in them resolved. */
export function resourcesOf(template: Template): Record<string, Resource> {
  const present = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || holds(template, Condition),
  );
  return Object.fromEntries(present.map(([name, one]) => [name, resolve(template, one) as Resource]));
}

export function ofType(
  resources: Readonly<Record<string, Resource>>,
  type: string,
): Record<string, Resource> {
  return Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => Type === type));
}

function holds(template: Template, condition: string): boolean {
  if (!(condition in template.Conditions)) throw new Error(`there is no condition ${condition}`);
  return resolve(template, template.Conditions[condition]) === true;
}

function resolve(template: Template, value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((one) => resolve(template, one)).filter((one) => one !== nothing);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) {
    return call(template, name, argument as never);
  }
  return Object.fromEntries(
    entries.map(([key, one]) => [key, resolve(template, one)]).filter(([, one]) => one !== nothing),
  );
}

function call(template: Template, name: string, argument: never): unknown {
  const known: Readonly<Record<string, (argument: never) => unknown>> = {
    Ref: (to: string) => (to === 'AWS::NoValue' ? nothing : (pseudo[to] ?? existing(template, to))),
    'Fn::GetAtt': ([of, attribute]: [string, string]) => `${existing(template, of)}.${attribute}`,
    'Fn::If': ([condition, yes, no]: [string, unknown, unknown]) =>
      resolve(template, holds(template, condition) ? yes : no),
    'Fn::Equals': (both: unknown[]) => new Set(resolve(template, both) as unknown[]).size === 1,
    'Fn::Not': (one: unknown[]) => (resolve(template, one) as unknown[])[0] === false,
    'Fn::Split': ([at, text]: [string, unknown]) => String(resolve(template, text)).split(at),
    'Fn::Select': ([index, list]: [number, unknown]) => {
      const found = (resolve(template, list) as unknown[])[index];
      if (found === undefined) throw new Error(`Fn::Select: nothing at ${index}`);
      return found;
    },
    'Fn::Join': ([between, parts]: [string, unknown[]]) =>
      (resolve(template, parts) as unknown[]).map(String).join(between),
    'Fn::Sub': (given: string | [string, Record<string, unknown>]) => {
      const [text, names] = typeof given === 'string' ? [given, {}] : given;
      return text.replaceAll(/\$\{(!?)([^}]+)\}/gu, (_, literal: string, to: string) => {
        if (literal !== '') return `\${${to}}`;
        if (to in names) return String(resolve(template, names[to]));
        const [of = '', attribute] = to.split('.');
        return pseudo[to] ?? `${existing(template, of)}${attribute === undefined ? '' : `.${attribute}`}`;
      });
    },
  };
  const one = known[name];
  if (one === undefined) throw new Error(`this test does not know ${name}`);
  return one(argument);
}

function existing(template: Template, name: string): string {
  if (!(name in template.Resources)) throw new Error(`there is no resource ${name}`);
  return name;
}
