/** The examples at the end of each help. */
const texts: Readonly<Record<string, readonly (readonly [line: string, meaning: string])[]>> = {
  enclosure: [
    ['enclosure plan production', 'what would change'],
    ['enclosure sync production', 'change it'],
    ['enclosure status --json', 'for a program'],
  ],
  plan: [
    ['enclosure plan production', "what sync would do with the branch's head"],
    ['enclosure plan production --commit 3f2a1b9c', 'with another commit'],
    ['enclosure plan production --detailed-exitcode', 'exit 2 when there are changes'],
  ],
  sync: [
    ['enclosure sync production', "apply the branch's head"],
    ['enclosure sync --all --json', 'every environment; prints an array'],
    ['enclosure sync production --commit 3f2a1b9c --allow-rewind', 'go back to an older commit'],
  ],
  status: [
    ['enclosure status', 'every environment'],
    ['enclosure status production', 'one of them'],
  ],
  verify: [['enclosure verify production', 'exits 2 when the live tree is not what was applied']],
  history: [
    ['enclosure history production --limit 5', 'the five newest deployments'],
    ['enclosure history production --json', 'with every change'],
  ],
  members: [
    ['enclosure members production', 'who has joined, and who lags'],
    ['enclosure members production --wait 3f2a1b9c --timeout 2m', 'exits 0 when all of them run the commit'],
    ['enclosure members production --wait 12 --min 90%', 'when nine of ten run revision 12'],
  ],
  join: [
    ['enclosure join production --connect zk1:2181 --out /run/app --once', 'the files, without joining'],
    ["enclosure join production --out /run/app --exec 'app' --signal HUP", 'app reloads on a change'],
    [
      "enclosure join production --out /run/app --exec 'app' --restart --check 'app --test'",
      'or starts anew',
    ],
    [
      "enclosure join production --out /run/app --run 'systemctl reload app'",
      'beside an app that runs already',
    ],
  ],
  serve: [
    ['enclosure serve', 'on 127.0.0.1:8080, behind a proxy'],
    ['enclosure serve --host 0.0.0.0 --port 9000 --reconcile 10m', 'reachable from outside'],
  ],
};

export function examples(command: string): string {
  const entries = texts[command] ?? [];
  const width = Math.max(0, ...entries.map(([line]) => line.length));
  return ['', 'Examples:', ...entries.map(([line, meaning]) => `  ${line.padEnd(width)}  # ${meaning}`)].join(
    '\n',
  );
}
