import { CHAPTERS, type Expected, type ToldFault } from './fault.ts';
import { waysOf } from './table.ts';
import { WAYS, WAY_NAMES, type WayName } from './ways.ts';
import type { Words } from './words.ts';

const INTRODUCTION = `# What can go wrong, and what cruc-fleet says

Every line here is a test: each fault is made on a rack of simulated sleds, in every way in where it can occur, and all other sleds of the run must answer in full. \`npm run faults\` writes this file; do not edit it.

How to read it:

- **Says** is the sentence of the sled in question, in the table below the answer and in \`sleds[].error.message\` of \`-o json\` (of an answer, its issues and warnings). \`SLED:22\` and \`GATEWAY:22\` stand for the addresses. Where the ways in differ, each is named.
- **Code** is \`sleds[].error.code\`, or the code of an issue where the sled gave a partial answer; programs may rely on it. The stage is before it: \`connect\`, \`upload\` or \`run\`. A clock (⏱) means that it fails when its time is over (\`connect_timeout\`, \`--timeout\`, \`--deadline\`), never before; everything else ends by itself at once.
- **Exit** is the exit status of the whole run: 0 all answered in full, 3 the answer is incomplete, 130 interrupted; \`exec\` gives the worst status of its commands.
- \`cruc-fleet doctor\` walks the same way step by step, and \`--explain\` does so for what failed in a run.
`;

/** \`docs/faults.md\`, made of the table of faults and of what the runs said. */
export function faultsDocument(faults: readonly ToldFault[], words: Words): string {
  const chapters = CHAPTERS.map((chapter) => {
    const rows = faults
      .filter((fault) => fault.chapter === chapter)
      .map((fault) => rowOf(fault, words[fault.id] ?? {}));
    return [
      '',
      `## ${chapter}`,
      '',
      '| Fault | Says | Code | Exit | What to do |',
      '|---|---|---|---|---|',
      ...rows,
      '',
    ];
  });
  const ways = WAY_NAMES.map((way) => WAYS[way].title).join(', ');
  const count = faults.reduce((sum, fault) => sum + waysOf(fault).length, 0);
  return `${INTRODUCTION}\nThe ways in: ${ways}. There are ${faults.length} faults, and ${count} runs.\n${chapters
    .flat()
    .join('\n')}`.replaceAll(/\n{3,}/g, '\n\n');
}

function rowOf(fault: ToldFault, said: Partial<Readonly<Record<WayName, string>>>): string {
  const expectedBy = (way: WayName): Expected => fault.by?.[way] ?? fault.expect;
  const cells = [
    fault.what,
    byWay(fault, (way) => wordsFor(expectedBy(way), said[way] ?? '')),
    byWay(fault, (way) => codeFor(expectedBy(way))),
    byWay(fault, (way) => String(expectedBy(way).exit)),
    fault.remedy,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function wordsFor({ outcome, exit }: Expected, said: string): string {
  if (said !== '') return said;
  if (outcome === 'failed') return '(nothing)';
  return exit === 0 ? '(the answer, in full)' : `(the answer, with status ${exit})`;
}

function codeFor({ stage, code, endsAtLimit }: Expected): string {
  if (code === null) return '–';
  return `${stage === null ? '' : `${stage} `}\`${code}\`${endsAtLimit ? ' ⏱' : ''}`;
}

/** What is the same by each way once, else each with the ways that it is of. */
function byWay(fault: ToldFault, tell: (way: WayName) => string): string {
  const groups = new Map<string, WayName[]>();
  for (const way of waysOf(fault)) groups.set(tell(way), [...(groups.get(tell(way)) ?? []), way]);
  if (groups.size === 1) return [...groups.keys()].join('');
  return [...groups]
    .map(([text, ways]) => `*${ways.map((way) => WAYS[way].title).join(', ')}:* ${text}`)
    .join('<br>');
}
