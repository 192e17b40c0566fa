import { FleetError } from '../model/error.ts';

const AT_SITE = 'run it at the site, where the inventory and the keys are';
const FROM_KEPT = 'it reads what is kept on this machine and asks sleds from here; run it at the site';

/** Why a command that asks sleds does not ask sites, and what does. */
const WHY: Readonly<Record<string, string>> = {
  serve: `its page stands on what is kept of one site; ${AT_SITE}, and reach it with ssh -L; cruc-fleet watch --relay shows all sites`,
  where: FROM_KEPT,
  impact: FROM_KEPT,
  explain: FROM_KEPT,
  downstairs: `${FROM_KEPT}; cruc-fleet run all_downstairs --relay counts the IOs of each downstairs`,
  doctor: `it follows the way from here to each sled; ${AT_SITE}; cruc-fleet sites shows who is connected`,
  exec: `a hub carries questions by the name of a probe, and never a command; ${AT_SITE}`,
  cp: `a hub carries reports, and no files; ${AT_SITE}`,
  push: `a runner puts there what it needs by itself; ${AT_SITE}`,
  clean: `it changes sleds, which nobody does over a hub; ${AT_SITE}`,
  history: 'it reads what check keeps on this machine; check --relay URL keeps the history of sites too',
  diff: 'it compares what is kept on this machine: reports of ds-state --relay URL -o json too',
  merge: 'it takes reports: those of ds-state --relay URL -o json too',
  parse: 'it reads what you paste, and asks nobody',
  inventory: 'it is about the sleds that are asked from here; cruc-fleet sites lists the sites of a hub',
};

/** A hub that a command cannot go through gets a sentence, and not a list of options. Throws `usage`. */
export function refuseRelay(argv: readonly string[], command: string | undefined): void {
  const end = argv.indexOf('--');
  const ours = end === -1 ? argv : argv.slice(0, end);
  if (!ours.some((word) => word === '--relay' || word.startsWith('--relay='))) return;
  const why = command === undefined ? undefined : WHY[command];
  if (why === undefined) return;
  throw new FleetError('usage', `${command} does not go through a hub: ${why}`);
}
