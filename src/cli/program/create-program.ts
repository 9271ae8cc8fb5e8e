/** The commands, their options and their help. What a command does is loaded when it is called. */
import { Command, Option } from 'commander';
import { createContext, type Context, type GlobalOptions } from '../../terminal/context.ts';
import { examples } from './examples.ts';
import { optionValues } from './option-values.ts';
import { version } from '../version.ts';
import type { World } from '../../terminal/world.ts';
import { permissionSwitches } from '../../model/sync/permission-switches.ts';

/** `done` gets the exit code of the command that ran. */
export function createProgram(world: World, done: (code: number) => void): Command {
  const program = new Command('enclosure')
    .description(
      'GitOps for Apache ZooKeeper: a merged pull request becomes a planned, fenced, recorded change of znodes',
    )
    .version(version, '-V, --version')
    .option('-c, --config <file>', 'the configuration (default: $ENCLOSURE_CONFIG or ./enclosure.yaml)')
    .option('--json', 'print one JSON document; logs go to standard error')
    .option('-v, --verbose', 'show everything: long lists, progress in a pipe, where a fault came from')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(enclosure --help shows what there is)')
    .addHelpText('after', examples('enclosure'))
    .exitOverride();

  const run =
    <A extends unknown[]>(load: () => Promise<(context: Context, ...values: A) => Promise<number>>) =>
    async (...values: [...A, Command]): Promise<void> => {
      const command = values.at(-1) as Command;
      const context = createContext(world, command.optsWithGlobals<GlobalOptions>());
      const execute = await load();
      done(await execute(context, ...(values.slice(0, -1) as A)));
    };
  const command = (usage: string, description: string, parent = program): Command => {
    const name = usage.split(' ', 1)[0] ?? '';
    return parent
      .command(usage)
      .description(description)
      .addHelpText('after', examples(parent === program ? name : `${parent.name()} ${name}`));
  };

  withRunOptions(command('plan <environment>', 'show what sync would do'))
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .action(run(async () => (await import('../commands/sync/plan.ts')).plan));

  withRunOptions(command('sync [environment]', "apply the branch's head, or a commit"))
    .option('--all', 'every environment, one after the other')
    .addOption(lockTimeout())
    .action(run(async () => (await import('../commands/sync/sync.ts')).sync));

  command('rollback <environment>', 'apply an earlier commit, and hold the environment there')
    .addOption(
      new Option('--to <revision|commit>', 'default: the commit of the deployment before').argParser(
        optionValues.target,
      ),
    )
    .addOption(new Option('--message <text>', 'why; stands in the history').argParser(optionValues.message))
    .addOption(holdEnd())
    .option(permissionSwitches.allowDeletes.flag, permissionSwitches.allowDeletes.help)
    .addOption(lockTimeout())
    .action(run(async () => (await import('../commands/hold/rollback.ts')).rollback));

  command('hold <environment>', 'keep pushes and syncs from applying anything')
    .addOption(
      new Option('--message <text>', 'why; stands in the history')
        .argParser(optionValues.message)
        .makeOptionMandatory(),
    )
    .addOption(holdEnd())
    .addOption(lockTimeout())
    .action(run(async () => (await import('../commands/hold/hold.ts')).hold));

  command('resume <environment>', 'say what the next sync will apply, and lift the hold')
    .option('--dry-run', 'only say it')
    .addOption(new Option('--message <text>', 'why; stands in the history').argParser(optionValues.message))
    .addOption(lockTimeout())
    .action(run(async () => (await import('../commands/hold/resume.ts')).resume));

  command('status [environment]', 'show revision, commit, phase, lock and last deployment').action(
    run(async () => (await import('../commands/status/status.ts')).status),
  );

  command('verify <environment>', 'read everything and report drift; exits 2 on drift')
    .option('--repair', 'bring what drifted back to the applied commit')
    .option('--report <file>', 'write what was found as evidence, in JSON')
    .addOption(lockTimeout())
    .action(run(async () => (await import('../commands/verify/verify.ts')).verify));

  command('history <environment>', 'list the deployments and holds, newest first')
    .addOption(new Option('-n, --limit <number>', 'how many').argParser(optionValues.limit).default(20))
    .addOption(
      new Option('--since <time|duration>', 'only what ended then or later').argParser(optionValues.time),
    )
    .option('--path <path>', 'only deployments that changed this znode or one below it')
    .addOption(
      new Option('--show <revision>', 'one deployment, with its changes as a diff').argParser(
        optionValues.revision,
      ),
    )
    .option('--from-notes', 'from the audit notes in git, without the ensemble: for when it is lost')
    .action(run(async () => (await import('../commands/history/history.ts')).history));

  command(
    'blame <environment> <path>',
    'show which commit and which deployment set a znode, and whether it still is so',
  )
    .option('--tree', 'one line for each znode at and below the path')
    .action(run(async () => (await import('../commands/blame/blame.ts')).blame));

  command('at <environment> [path]', 'show what the environment was: its znodes, or the bytes of one file')
    .addOption(
      new Option('--time <time|duration>', 'at this time, or so long ago').argParser(optionValues.time),
    )
    .addOption(new Option('--revision <number>', 'at this revision').argParser(optionValues.revision))
    .action(run(async () => (await import('../commands/at/at.ts')).at));

  command('export <ensemble> <znode> <directory>', 'write a live tree as files, the way into git').action(
    run(async () => (await import('../commands/export/export-files.ts')).exportFiles),
  );

  command(
    'members <environment>',
    'list the members, the revision each runs, and those that lag or rejected it',
  )
    .addOption(
      new Option('--wait <revision|commit>', 'until the members run it; exits 2 when they do not').argParser(
        optionValues.target,
      ),
    )
    .addOption(
      new Option('--timeout <duration>', 'how long to wait (default: 60s)').argParser(optionValues.duration),
    )
    .addOption(
      new Option('--min <share|count>', 'how many have to run it (default: 100%)').argParser(
        optionValues.least,
      ),
    )
    .action(run(async () => (await import('../commands/members/members.ts')).members));

  withJoinOptions(
    command('join <environment>', 'make a program a member, with its configuration as files'),
  ).action(run(async () => (await import('../commands/join.ts')).join));

  const cache = command('cache', 'look at the bulk call cache, and clear it');
  command('ls [namespace]', 'list the namespaces, or the keys of one', cache)
    .addOption(cacheEnsemble())
    .action(run(async () => (await import('../commands/cache/cache-ls.ts')).cacheLs));
  command('show <namespace> <key|digest>', 'show one key, and whether level 2 still has its result', cache)
    .addOption(cacheEnsemble())
    .action(run(async () => (await import('../commands/cache/cache-show.ts')).cacheShow));
  command('drop <namespace> [key|digest]', 'forget a key and what level 2 has of it', cache)
    .option('--all', 'every key, and the namespace with them')
    .option('--force', 'also what is being filled or read along')
    .addOption(cacheEnsemble())
    .action(run(async () => (await import('../commands/cache/cache-drop.ts')).cacheDrop));

  command('serve', 'run webhook endpoint, queue, worker and scheduled reconcile in one process')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .addOption(
      new Option('-p, --port <number>', 'the port to listen on').argParser(optionValues.port).default(8080),
    )
    .addOption(
      new Option('--reconcile <duration>', 'how often every environment is synced without a push')
        .argParser(optionValues.period)
        .default(180_000, '3m'),
    )
    .action(run(async () => (await import('../commands/serve.ts')).serve));

  return program;
}

function cacheEnsemble(): Option {
  return new Option(
    '--ensemble <name>',
    'default: that of snapshotCache, or the only one of the configuration',
  );
}

function lockTimeout(): Option {
  return new Option('--lock-timeout <duration>', "how long to wait for the environment's lock")
    .argParser(optionValues.duration)
    .default(60_000, '60s');
}

function holdEnd(): Option {
  return new Option(
    '--until <time|duration>',
    'when the hold ends by itself (default: with enclosure resume)',
  ).argParser(optionValues.holdEnd);
}

function withRunOptions(command: Command): Command {
  command
    .addOption(
      new Option('--commit <sha>', "this commit instead of the branch's head").argParser(optionValues.commit),
    )
    .option('--full', 'read the whole live tree instead of what git says changed');
  for (const { flag, help } of Object.values(permissionSwitches)) command.option(flag, help);
  return command;
}

function withJoinOptions(command: Command): Command {
  const duration = (flag: string, description: string): Option =>
    new Option(`${flag} <duration>`, description).argParser(optionValues.duration);
  return command
    .option(
      '--connect <hosts>',
      'the ensemble; no configuration is read then ($ENCLOSURE_ZOOKEEPER_AUTH: scheme:credentials)',
    )
    .option(
      '--state-root <path>',
      'where the state of all environments is (default: /enclosure, or as configured)',
    )
    .option('--znode <path>', 'the tree to follow while Enclosure has deployed nothing there')
    .option('--name <name>', 'of the member; one that ends in "-" gets a number (default: <hostname>-)')
    .addOption(
      new Option('--label <key=value>', 'shown with the member; may be repeated').argParser(
        optionValues.label,
      ),
    )
    .option('--out <directory>', 'where the files go; read them through <directory>/current')
    .option(
      '--exec <command>',
      'the application: started when the files are there, ends with us and we with it',
    )
    .addOption(
      new Option('--signal <name>', 'on a change: send it to the application').argParser(optionValues.signal),
    )
    .option('--restart', 'on a change: end the application and start it again')
    .option('--run <command>', 'on a change: run this, before the application is told')
    .option(
      '--check <command>',
      'run on each new version before it is used; refuses it with another exit code than 0',
    )
    .addOption(duration('--check-timeout', 'for --check and --run').default(60_000, '60s'))
    .addOption(duration('--kill-after', 'how long the application may take to end').default(10_000, '10s'))
    .option('--once', 'download, and end')
    .addOption(duration('--splay', 'look at a change after a random part of this'))
    .addOption(duration('--timeout', 'how long to try for the first revision').default(30_000, '30s'))
    .addOption(
      new Option(
        '--session-timeout <duration>',
        'when a silent member counts as gone (default: 10s, or as configured)',
      ).argParser(optionValues.sessionTimeout),
    );
}
