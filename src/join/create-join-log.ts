/**
 * What happens to a membership, on standard error: standard output is the application's. A line each, or a JSON document
 * each with `--json`. What is tried again and again is told once.
 */
import type { AgentEvent, Config } from '../agent/index.ts';
import { escapeName } from '../model/znode-path.ts';
import { errorJson } from '../report/documents/error-json.ts';
import type { Context } from '../terminal/context.ts';
import { count } from '../terminal/format-bytes.ts';
import { renderError } from '../terminal/render-error.ts';
import { shortCommit } from '../terminal/shown-path.ts';
import type { Style } from '../terminal/style.ts';

type JoinLogContext = Pick<Context, 'json' | 'log' | 'errorStyle'>;

export function createJoinLog(
  { json, log, errorStyle }: JoinLogContext,
  environment: string,
): (event: AgentEvent) => void {
  let told = '';
  return (event) => {
    const document = { environment, ...eventJson(event) };
    const text = JSON.stringify(document);
    if (text === told) return;
    told = text;
    if (json) log([JSON.stringify({ time: new Date().toISOString(), ...document })]);
    else log(renderEvent(environment, event, errorStyle));
  };
}

function eventJson(event: AgentEvent) {
  switch (event.type) {
    case 'joined':
      return { event: event.type, member: event.name, again: event.again };
    case 'applied':
      return { event: event.type, ...revisionJson(event.config) };
    case 'rejected':
      return { event: event.type, ...revisionJson(event.config), reason: event.reason };
    case 'problem':
      return { event: event.type, error: errorJson(event.error) };
  }
}

function renderEvent(environment: string, event: AgentEvent, style: Style): string[] {
  const { bold, green, red, yellow } = style.colours;
  const start = bold(escapeName(environment));
  switch (event.type) {
    case 'joined':
      return [`${start}: joined ${event.again ? 'again ' : ''}as ${escapeName(event.name)}`];
    case 'applied': {
      const stale = event.config.stale
        ? `, ${yellow('stale')}: kept from before, ZooKeeper is not heard`
        : '';
      return [`${start}: ${green('applied')} ${revisionLine(event.config)}${stale}`];
    }
    case 'rejected':
      return [`${start}: ${red('rejected')} ${revisionLine(event.config)}: ${escapeName(event.reason)}`];
    case 'problem': {
      const [first = '', ...more] = renderError(event.error, style);
      return [`${start}: ${first}`, ...more];
    }
  }
}

/** `revision 12, commit 3f2a1b9c0d1e, 14 files`. */
export function revisionLine(config: Config): string {
  const { revision, commit } = config;
  const files = count(config.files().length, 'file');
  if (revision === null) return `a tree that Enclosure does not manage, ${files}`;
  return `revision ${revision}, commit ${shortCommit(commit)}, ${files}`;
}

export function revisionJson({ revision, commit, digest, stale }: Config) {
  return { revision, commit, digest, stale };
}
