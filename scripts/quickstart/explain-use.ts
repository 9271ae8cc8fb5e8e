import { znodeOf } from './configuration-text.ts';
import { heading, say } from './narrate.ts';
import type { Stage } from './stage.ts';

/** What to do with a quickstart that was left running. */
export function explainUse(stage: Stage): void {
  heading('It is still running');
  say(
    'Change the configuration, and see what became of it:',
    '',
    `  cd ${stage.repository.clone}`,
    '  echo "pageSize: 24" > environments/staging/services/catalog.yaml',
    '  git commit -a -m "Smaller pages" && git push',
    '',
    `  cd ${stage.directory}`,
    '  ./enclosure status',
    '  ./enclosure history staging',
    '  ./enclosure verify production',
    '  ./enclosure plan staging --full',
    '  tail -f serve.log',
    '',
    `ZooKeeper is at ${stage.connect}, the configuration below ${znodeOf('production')} and ${znodeOf('staging')}.`,
    `Webhooks go to ${stage.url}/webhooks/config.`,
    '',
    `Ctrl-C here (or "kill ${process.pid}") stops and removes everything.`,
  );
}
