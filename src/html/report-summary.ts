import { summaryLines } from '../drawing/summary.ts';
import { momentText } from '../drawing/moment.ts';
import { HEALTHS } from '../model/health.ts';
import { coverageOf, isComplete, type FleetReport } from '../model/report.ts';
import { markup, NOTHING, type Markup } from './markup.ts';
import { signMarkup, signWord, type Sign } from './sign.ts';
import { LACKING_ID } from './sled-links.ts';
import { tiles, type Tile } from './tiles.ts';

/** What a tab or a ticket calls the page of a report: its worst first. */
export function reportTitle(report: FleetReport): string {
  const { selected, answered } = coverageOf(report);
  const worst = healthTiles(report)
    .filter(({ sign }) => sign !== 'ok' && sign !== 'inactive')
    .map(({ number, words }) => `${number} ${words}`);
  const parts = [`${answered} of ${selected} sleds answered`, ...worst];
  return `${report.probe}, ${report.selection}: ${parts.join(', ')}`;
}

/** The top of a page: what was asked when, how many sleds answered, how the upstairs do, and what is lacking. */
export function reportSummary(report: FleetReport): Markup {
  const [first = '', ...lacking] = summaryLines(report);
  const items = lacking.map((line) => markup`<li>${signMarkup(signOfLine(line))} ${line.trim()}</li>`);
  const list =
    items.length === 0 ? NOTHING : markup`<ul class="lacking" id="${LACKING_ID}" tabindex="-1">${items}</ul>`;
  const { verdicts, byCause } = report;
  const said = [...(verdicts === undefined ? [] : [verdicts.headline]), ...(byCause?.lines ?? [])];
  const seen = momentText(report.finishedAt.getTime());
  return markup`<header>
<p class="kind">cruc-fleet ${report.probe} · <time datetime="${report.finishedAt.toISOString()}">${seen}</time></p>
<h1>${report.probe} · ${report.selection}</h1>
${said.map((line) => markup`<p class="verdict"><strong>${line}</strong></p>`)}
${tiles([coverageTile(report), ...healthTiles(report)])}
<p class="soft">${first}</p>
${list}
</header>`;
}

/** A line of what is lacking: a sled without an answer, or with a part of one. */
function signOfLine(line: string): Sign {
  return line.trim().startsWith('no answer') ? 'no_answer' : 'in_part';
}

function coverageTile(report: FleetReport): Tile {
  const { selected, answered, failed, withIssues } = coverageOf(report);
  return {
    sign: failed > 0 ? 'no_answer' : isComplete(report) ? 'answered' : 'in_part',
    number: `${answered} of ${selected}`,
    words: selected === 1 ? 'sled answered' : 'sleds answered',
    bar: [
      { sign: 'answered', count: answered - withIssues },
      { sign: 'in_part', count: withIssues },
      { sign: 'no_answer', count: failed },
    ],
  };
}

/** Healths that occur, the worst first. */
function healthTiles({ healthCounts }: FleetReport): readonly Tile[] {
  if (healthCounts === null) return [];
  return HEALTHS.flatMap((health): readonly Tile[] => {
    const count = healthCounts[health] ?? 0;
    return count === 0 ? [] : [{ sign: health, number: String(count), words: signWord(health) }];
  });
}
