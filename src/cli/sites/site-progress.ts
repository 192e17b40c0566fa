import type { SiteCounts } from '../../relay/ask-site.ts';
import type { SiteEnd } from '../../relay/site-end.ts';
import { siteText } from '../../relay/site-outcomes.ts';
import { formatDuration } from '../../model/duration.ts';
import { printable } from '../../model/printable.ts';
import type { TalkOptions } from '../options/output-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** How often the drawing is drawn again. */
const REDRAW_MS = 200;
const MOST_NAMED = 6;

/** Follows sites while they are asked; talks to standard error only. */
export interface SiteProgress {
  readonly counts: (site: string, counts: SiteCounts) => void;
  readonly ended: (end: SiteEnd) => void;
  readonly finish: () => void;
}

/** A drawing on a terminal, a line for each site with -v, silence otherwise. */
export async function openSiteProgress(
  sites: readonly string[],
  options: TalkOptions,
  { terminal: { err }, elapsed }: Surroundings,
): Promise<SiteProgress> {
  if (options.quiet === true) return SILENT;
  if (options.verbose === true) {
    return { ...SILENT, ended: (end) => err.write(`${printable(endLine(end))}\n`) };
  }
  if (!err.canRedraw) return SILENT;
  const { openLiveView } = await import('../../term/live-view.ts');
  const view = openLiveView(err.stream, err.unicode);
  const startedAt = elapsed();
  const tally = createSiteTally(sites);
  const draw = () => view.draw([siteLine(tally.now(), elapsed() - startedAt, err.unicode)]);
  draw();
  const timer = setInterval(draw, REDRAW_MS);
  return {
    counts: tally.counts,
    ended: tally.ended,
    finish() {
      clearInterval(timer);
      view.clear();
    },
  };
}

const SILENT: SiteProgress = { counts() {}, ended() {}, finish() {} };

function endLine(end: SiteEnd): string {
  const took = formatDuration(end.elapsedMs);
  const size = end.report === null ? '' : `, ${Math.ceil(end.bytes / 1024)} KiB`;
  return `${siteText(end)}${size} (${took})`;
}

interface SiteTally {
  readonly sites: number;
  readonly ended: number;
  readonly failed: number;
  readonly sleds: number;
  readonly answered: number;
  readonly waiting: readonly string[];
}

function createSiteTally(sites: readonly string[]) {
  const counts = new Map<string, SiteCounts>();
  const ends = new Map<string, boolean>();
  return {
    counts: (site: string, now: SiteCounts) => void counts.set(site, now),
    ended: ({ site, report, state }: SiteEnd) =>
      void ends.set(site, report !== null || state === 'nothing_selected'),
    now: (): SiteTally => ({
      sites: sites.length,
      ended: ends.size,
      failed: [...ends.values()].filter((isAnswer) => !isAnswer).length,
      sleds: [...counts.values()].reduce((sum, { selected }) => sum + selected, 0),
      answered: [...counts].reduce(
        (sum, [site, { selected, answered }]) => sum + (ends.get(site) === true ? selected : answered),
        0,
      ),
      waiting: sites.filter((site) => !ends.has(site)),
    }),
  };
}

/** `2 of 3 sites answered, 1 did not · 40 of 64 sleds · waiting for east · 4.2 s`. */
function siteLine(tally: SiteTally, elapsedMs: number, unicode: boolean): string {
  const { sites, ended, failed, sleds, answered, waiting } = tally;
  const named = waiting.slice(0, MOST_NAMED).join(', ');
  const more = waiting.length > MOST_NAMED ? ` and ${waiting.length - MOST_NAMED} more` : '';
  return [
    `${ended - failed} of ${sites} sites answered${failed === 0 ? '' : `, ${failed} did not`}`,
    ...(sleds === 0 ? [] : [`${answered} of ${sleds} sleds`]),
    ...(waiting.length === 0 ? [] : [`waiting for ${named}${more}`]),
    formatDuration(elapsedMs),
  ].join(unicode ? ' · ' : ' - ');
}
