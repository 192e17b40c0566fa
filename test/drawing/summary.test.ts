import { describe, expect, it } from 'vitest';
import { summaryLines, upstairsCounts } from '../../src/drawing/summary.ts';
import { answered, failed, report } from '../support/reports.ts';

describe('the counts of upstairs', () => {
  it.each([
    [{ no_report: 2 }, 2, '0 upstairs; 2 processes without a report'],
    [
      { no_report: 2, repairing: 1, ok: 18 },
      21,
      '19 upstairs: 1 repairing, 18 ok; 2 processes without a report',
    ],
    [{ no_report: 1, ok: 1 }, 2, '1 upstairs: 1 ok; 1 process without a report'],
    [{ ok: 3 }, 5, '5 upstairs: 3 ok, 2 not judged'],
    [{}, 0, '0 upstairs'],
  ] as const)('%j of %i rows add up', (counts, rows, text) => {
    expect(upstairsCounts(counts, rows)).toBe(text);
    const [, total, parts = ''] = /^(\d+) upstairs(?:: ([^;]*))?/.exec(text)!;
    const sum = [...parts.matchAll(/\d+/g)].reduce((all, [each]) => all + Number(each), 0);
    expect(sum).toBe(Number(total));
  });
});

describe('sleds on which nothing runs', () => {
  const none = (cubby: number, count = 0) => answered(cubby, [], { running: { of: 'upstairs', count } });
  const line = (...outcomes: Parameters<typeof report>[0]) => summaryLines(report(outcomes))[0];

  it('are said as that, of all or of those that answered', () => {
    expect(line(none(0), none(1))).toContain('; no Crucible upstairs process runs on the selected sleds;');
    expect(line(none(0), failed(1))).toContain(
      '; no Crucible upstairs process runs on the sleds that answered;',
    );
  });

  it('are not said where one runs, or where it is not known', () => {
    expect(line(none(0), none(1, 1))).not.toContain('process runs');
    expect(line(none(0), answered(1, []))).not.toContain('process runs');
    expect(line(failed(0))).not.toContain('process runs');
  });
});

describe('answers that lack something', () => {
  const lacking = (cubby: number, ...messages: readonly string[]) =>
    answered(cubby, [], { issues: messages.map((message) => ({ code: 'warning', message })) });

  it('are a line for each thing, with all the sleds that lack it', () => {
    const outcomes = [
      lacking(0, 'no pools', 'its own trouble'),
      lacking(1, 'no pools'),
      lacking(3, 'no pools'),
      failed(4),
    ];
    const [, ...lines] = summaryLines(report(outcomes));
    expect(lines.slice(1)).toEqual([
      'partial answer from 3/[0-1,3] (3 sleds): no pools',
      expect.stringMatching(/^partial answer from 3\/\S+ \(cubby 0\): its own trouble$/),
    ]);
  });

  it('are said once where a sled says the same twice', () => {
    const [, ...lines] = summaryLines(report([lacking(0, 'drops', 'drops')]));
    expect(lines).toHaveLength(1);
  });
});
