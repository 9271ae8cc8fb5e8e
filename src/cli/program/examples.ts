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
    ['enclosure sync production --commit 3f2a1b9c', 'a commit instead of the head'],
  ],
  rollback: [
    ['enclosure rollback production --message "pool exhausted"', 'to the deployment before'],
    ['enclosure rollback production --to 12 --until 2h', 'to the commit of revision 12, held for two hours'],
  ],
  hold: [
    ['enclosure hold production --message "release day" --until 2026-03-01T18:00Z', 'nothing is applied'],
  ],
  resume: [
    ['enclosure resume production --dry-run', 'what would be applied then'],
    ['enclosure resume production && enclosure sync production', 'and at once'],
  ],
  status: [
    ['enclosure status', 'every environment'],
    ['enclosure status production', 'one of them'],
  ],
  verify: [
    ['enclosure verify production', 'exits 2 when the live tree is not what was applied'],
    ['enclosure verify production --report evidence.json', 'and says so in a file'],
    ['enclosure verify production --repair', 'mend it'],
  ],
  history: [
    ['enclosure history production --limit 5', 'the five newest deployments'],
    ['enclosure history production --json', 'with every change'],
    ['enclosure history production --path app/db.json --since 24h', 'who changed this since yesterday'],
    ['enclosure history production --show 12', 'one deployment, with a diff'],
    ['enclosure history production --from-notes', 'from git, when the ensemble is lost'],
  ],
  blame: [
    ['enclosure blame production app/db.json', 'who set it, and is it still so'],
    ['enclosure blame production /environments/production/app --tree', 'a line for each znode'],
  ],
  at: [
    ['enclosure at production --time 2026-03-01T18:00Z', 'the znodes that there were then'],
    ['enclosure at production --revision 12 app/db.json > db.json', 'one file, byte for byte'],
    ['enclosure at production --time 2h app/db.json', 'what it was two hours ago'],
  ],
  export: [['enclosure export main /environments/production live', 'then commit the directory "live"']],
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
      'or starts again',
    ],
    [
      "enclosure join production --out /run/app --run 'systemctl reload app'",
      'beside an app that runs already',
    ],
  ],
  cache: [
    ['enclosure cache ls', 'the namespaces'],
    ['enclosure cache ls orders', 'the keys of one'],
  ],
  'cache ls': [
    ['enclosure cache ls', 'the namespaces, and how many keys are in which state'],
    ['enclosure cache ls orders', 'the keys of one: who fills what, what is too old'],
    ['enclosure cache ls orders --json', 'with whole digests and keys'],
  ],
  'cache show': [
    ['enclosure cache show orders 2026-11', 'a key by its text'],
    ['enclosure cache show orders 4f3a9c01', 'or by the beginning of its digest'],
  ],
  'cache drop': [
    ['enclosure cache drop orders 2026-11', 'the next caller makes the call again'],
    ['enclosure cache drop orders 2026-11 --force', 'also when it is being filled'],
    ['enclosure cache drop orders --all', 'every key, and the namespace with them'],
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
