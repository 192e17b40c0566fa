import type { Inventory } from '../../inventory/inventory.ts';
import type { SledOutcome } from '../../model/report.ts';
import { dsState } from '../../probes/ds-state.ts';
import type { Verdicts } from '../../wait/condition.ts';
import type { FleetRun, FleetRunSettings } from '../ask/fleet-run.ts';
import { runStateProbe } from '../ask/state-run.ts';
import type { PlacesAsked } from '../place/ask-places.ts';
import type { Surroundings } from '../surroundings.ts';
import type { WaitOptions } from './wait-options.ts';

/** What one look of a wait came to. */
interface WaitLook {
  readonly run: FleetRun;
  /** Every sled once, with all that it was asked. */
  readonly outcomes: readonly SledOutcome[];
  readonly verdicts: Verdicts;
}

type Settings = Pick<FleetRunSettings, 'rounds' | 'ownDrawing'>;

/** How a wait looks, and its options: without a selection, those sleds' racks are selected that are to go. */
interface Look {
  readonly options: Omit<WaitOptions, 'timeout'>;
  readonly look: (options: Omit<WaitOptions, 'timeout'>, settings: Settings) => Promise<WaitLook>;
}

/** What VMs talk to changes seldom: an answer that says no stands for so long before they are asked again. */
const ASK_AGAIN_MS = 60_000;

/** Opens the looks of a wait for the sleds named in `goes` to be safe, or for states alone. Throws `usage`. */
export async function openLook(
  goes: readonly string[],
  options: Omit<WaitOptions, 'timeout'>,
  inventory: Inventory,
  surroundings: Surroundings,
): Promise<Look> {
  if (goes.length === 0) {
    return {
      options,
      look: async (each, settings) => {
        const run = await runStateProbe(dsState, each.window, each, surroundings, { inventory, ...settings });
        return { run, outcomes: run.outcomes, verdicts: new Map() };
      },
    };
  }
  const [{ askForImpact, lookAtStates }, { lookWithRepairs }, subjects, { verdictOn }, { openFacts }] =
    await Promise.all([
      import('../place/impact-look.ts'),
      import('../place/impact-judge.ts'),
      import('../place/impact-subject.ts'),
      import('../place/impact-verdict.ts'),
      import('../place/open-facts.ts'),
    ]);
  const sleds = [...new Set(goes)].map((word) => [word, subjects.sledNamed(word, inventory)] as const);
  const racks = [...new Set(sleds.map(([, { rack }]) => rack))];
  const selected = subjects.hasSelection(options) ? options : { ...options, rack: racks };
  for (const [, sled] of sleds) subjects.selectionWith(sled, selected, inventory);
  let earlier: { readonly asked: PlacesAsked; readonly at: number } | null = null;
  const look = async (each: Omit<WaitOptions, 'timeout'>, settings: Settings): Promise<WaitLook> => {
    const asks = { ...each, http: true };
    const run = await lookAtStates(inventory, asks, surroundings, settings);
    const judgedBy = async (asked: PlacesAsked): Promise<WaitLook> => {
      const kept = await openFacts(surroundings);
      const found = await lookWithRepairs(run, asked, kept, inventory, asks, surroundings);
      const verdicts = sleds.map(([word, sled]) => {
        const isReached = found.outcomes.some(
          (outcome) => outcome.sled.id === sled.id && outcome.status === 'answered',
        );
        const verdict = verdictOn(subjects.subjectOf(sled, {}, found.base, isReached), found, inventory);
        return [word, verdict] as const;
      });
      return { run, outcomes: found.outcomes, verdicts: new Map(verdicts) };
    };
    if (run.interrupted) return { run, outcomes: run.outcomes, verdicts: new Map() };
    if (earlier !== null && surroundings.elapsed() - earlier.at < ASK_AGAIN_MS) {
      const first = await judgedBy(earlier.asked);
      // To be safe, or not known, it takes what VMs and sleds say now.
      if ([...first.verdicts.values()].some(({ word }) => word === 'unsafe' || word === 'wait')) return first;
    }
    const asked = await askForImpact(
      run,
      await openFacts(surroundings),
      inventory,
      asks,
      surroundings,
      settings,
    );
    earlier = { asked, at: surroundings.elapsed() };
    if (asked.run.interrupted) return { run: asked.run, outcomes: run.outcomes, verdicts: new Map() };
    return await judgedBy(asked);
  };
  return { options: selected, look };
}
