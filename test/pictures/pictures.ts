/** Widths of terminals that people have. */
export const WIDTHS = [40, 80, 120, 200] as const;

/** Commands with a table or a list each, and what a reader may look at in it. */
export const PICTURED: readonly { readonly command: string; readonly about: string }[] = [
  { command: 'cruc-fleet ds-state', about: 'Healthy rows are a count where they do not fit.' },
  { command: 'cruc-fleet ds-state --degraded', about: 'Codes stand for states before a column goes.' },
  { command: 'cruc-fleet lr-state --degraded', about: 'Counters of three downstairs are one column.' },
  {
    command: 'cruc-fleet check --state-file $XDG_STATE_HOME/check.json',
    about: 'What was seen stands below its row where no column of it fits.',
  },
  { command: 'cruc-fleet run upstairs_info --sled 3/1 --window 2s', about: 'Zeros go first.' },
  { command: 'cruc-fleet run upstairs_repair --sled 3/1 --window 2s', about: 'Then ids, then counters.' },
  { command: 'cruc-fleet run up_state --sled 3/0-3 --window 2s', about: 'Sled, zone and PID stay.' },
  { command: 'cruc-fleet inventory list', about: 'A list keeps the same rule.' },
  { command: 'cruc-fleet probes', about: 'What a probe shows stands below its name.' },
  {
    command: 'cruc-fleet silence list --state-file $XDG_STATE_HOME/check.json',
    about: 'What is silenced stands below its row.',
  },
];

/** What is done once before: `silence list` has something to list. */
export const BEFORE =
  'mkdir -p $XDG_STATE_HOME; chmod 700 $XDG_STATE_HOME; cruc-fleet silence add --sled 3/5 --until 2099-01-01T00:00Z --by ada --reason "its PSU is replaced" --state-file $XDG_STATE_HOME/check.json';

/** The page of all pictures, by command and width. */
export function picturesPage(pictures: ReadonlyMap<string, string>): string {
  const sections = PICTURED.map(({ command, about }) => {
    const blocks = WIDTHS.map((width) => {
      const picture = pictures.get(`${command} ${width}`) ?? '';
      return `${width} columns:\n\n\`\`\`\n${picture}\n\`\`\`\n`;
    });
    return `## \`${command}\`\n\n${about}\n\n${blocks.join('\n')}`;
  });
  return `${HEAD}\n${sections.join('\n')}`;
}

const HEAD = `# What a terminal shows

Pictures of a real terminal (tmux) of 24 lines, as text: ten commands on a simulated rack of eight sleds, one of them down, at 40, 80, 120 and 200 columns. \`npm run pictures\` makes this page; do not edit it. Addresses, times and rates differ from run to run.

**One rule** decides what a table or a list shows at a width:

1. As long as everything fits, everything is shown in full, as in a pipe.
2. Then it is written shorter: rack, cubby and name as one column SLED (\`3/14\`, which \`--sled\` takes; the name of a sled whose cubby is not known), ids by their first 8 digits, zones as \`propolis d96f6341\`, states as the codes of \`cmon\` (\`ACT\` active, \`LR\` live repair, \`LRR\` ready for it, \`REC\` reconcile, \`FLT\` faulted, \`OFL\` offline, \`NEW\`, \`WQ\` wait quorum, \`RPC\` replacing, \`RPL\` replaced, \`DIS\` disabled, \`DAV\` deactivated, \`NF\` negotiation failed), the three downstairs as one column (\`0/968/0\`: downstairs 0, 1 and 2).
3. Then columns are hidden: those that are empty, all zero or the same in every row, then ids, then other counters from the right, then states. Notes and messages move below their rows.
4. **Who a row is about is hidden last**: from 60 columns on each row names its sled, zone and PID. The zone may be its first 8 digits, which \`--zone\` takes.

What is hidden is named below the table, with its value where that is the same in every row. \`--width 200\` (with any command) or \`-o wide\` shows it.

Rows that are \`ok\` (and, where that is not enough, \`inactive\`) are a count where the terminal has not enough lines for all rows: \`497 ok: --all shows them\`. Rows that are not known to be well are always shown, and so are rows with a note, rows that you chose by a filter, and rows that you sorted. A pipe gets every row and every column.

The width is \`--width\`, else \`$COLUMNS\`, else what the terminal says; one that says 0 does not know, and 80 is assumed; below 20 the terminal wraps. With \`TERM=dumb\`, or without TERM, nothing is drawn over and there is no color. Where the locale (\`LC_ALL\`, \`LC_CTYPE\`, \`LANG\`) is not UTF-8, or none is set on a terminal, everything that cruc-fleet draws is ASCII.
`;
