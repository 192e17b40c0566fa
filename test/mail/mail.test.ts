import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../support/any-character.ts';
import { statusOf, type Notice } from '../../src/alert/incident.ts';
import { displayWidth } from '../../src/drawing/display-width.ts';
import { parseNumberSet } from '../../src/model/number-set.ts';
import { printable } from '../../src/model/printable.ts';
import type { FleetReport } from '../../src/model/report.ts';
import { ruleWords } from '../../src/alert/rule-words.ts';
import { renderMail } from '../../src/mail/render-mail.ts';
import { htmlTokens } from '../support/html-tokens.ts';
import {
  counters,
  news,
  notice,
  NOW,
  rackIncident,
  silence,
  sledId,
  sledIncident,
  told,
  upstairsIncident,
} from '../support/incidents.ts';
import { answered, failed, report, stateRow } from '../support/reports.ts';
import { MAIL_CONTEXT, RICH_NOTICE, RICH_REPORT } from '../support/rich-notice.ts';
import { makeSled } from '../support/sleds.ts';
import { runs } from '../support/sized.ts';
import { renewedBy } from '../support/renewed-by.ts';

const HOUR = 3_600_000;
const okRow = (n: number) => stateRow(n, ['active', 'active', 'active'], 'ok');
const ALL_OK = report(Array.from({ length: 32 }, (_, cubby) => answered(cubby, [okRow(cubby)])));

const render = (
  change: Partial<Notice>,
  of: FleetReport = ALL_OK,
  context: Partial<typeof MAIL_CONTEXT> = {},
) => renderMail(notice(change), of, { ...MAIL_CONTEXT, ...context });
const subject = (change: Partial<Notice>) => render(change).subject;
/** Without line breaks and blanks, so that wrapping does not matter. */
const dense = (text: string) => text.replaceAll(/\s+/g, '');

const degraded = (n: number) => upstairsIncident(n, 'degraded', n);
const over = (n: number, ending: 'healthy' | 'gone' | 'withdrawn') =>
  news('resolved', upstairsIncident(n, 'degraded', n, { ending }), told('degraded', n));

describe('the subject of a mail', () => {
  it('is the verdict in capitals, the group, and counts that say what they are', () => {
    const incidents = [degraded(1), degraded(2)];
    expect(subject({ incidents })).toBe(
      '[cruc-fleet] CRITICAL - rack 3: 2 degraded, 1 repairing; 29 of 32 sleds answered',
    );
    expect(subject({ group: { name: 'fleet', racks: ['3', '5'] }, level: 'unknown' })).toBe(
      '[cruc-fleet] UNKNOWN - fleet: 2 degraded, 1 repairing; 29 of 32 sleds answered',
    );
    // All of them: then it is no news.
    expect(subject({ coverage: { answered: 1, selected: 1 } })).toBe(
      '[cruc-fleet] CRITICAL - rack 3: 2 degraded, 1 repairing',
    );
  });

  it('says what is new: in a word where all that stands is, else what', () => {
    const whole = { coverage: { answered: 32, selected: 32 } } as const;
    const stopped = upstairsIncident(1, 'critical', 1);
    const alone = {
      ...whole,
      headline: '1 disk stopped (two of three downstairs lost)',
      incidents: [stopped],
    };
    expect(subject({ ...alone, news: [news('opened', stopped)] })).toBe(
      '[cruc-fleet] CRITICAL - rack 3: 1 disk stopped (two of three downstairs lost) - new',
    );
    expect(subject({ ...alone, news: [news('worse', stopped, told('degraded', 1))] })).toMatch(/ - worse$/);
    const more = { ...alone, headline: `${alone.headline}, 1 degraded`, incidents: [stopped, degraded(2)] };
    expect(subject({ ...more, news: [news('opened', degraded(2))] })).toBe(
      '[cruc-fleet] CRITICAL - rack 3: 1 disk stopped (two of three downstairs lost), 1 degraded - new: 1 degraded',
    );
    expect(
      subject({ ...more, news: [news('moved', stopped, told('critical', 2)), over(3, 'healthy')] }),
    ).toMatch(/ - moved: 1 disk stopped; resolved: 1 degraded$/);
    // What is silenced is not spoken of.
    const quiet = upstairsIncident(4, 'degraded', 4, { silencedBy: 's1' });
    expect(subject({ ...alone, incidents: [stopped, quiet], news: [news('opened', stopped)] })).toMatch(
      / - new$/,
    );
  });

  it('says in a word only what is true of all that it counts', () => {
    const coverage = { answered: 32, selected: 32 } as const;
    const stuck = upstairsIncident(1, 'jobs_stuck', 1);
    const flapping = upstairsIncident(1, 'flapping', 1);
    const stalled = upstairsIncident(1, 'repair_stalled', 1);
    const of = { coverage, headline: 'H' };
    // What is new, or over, is not what the headline counts of the same disk.
    expect(subject({ ...of, incidents: [stuck, stalled], news: [news('opened', stalled)] })).toMatch(
      / H - new: 1 repair stalled$/,
    );
    expect(subject({ ...of, incidents: [flapping], news: [over(1, 'healthy')] })).toMatch(
      / H - resolved: 1 degraded$/,
    );
    const clearing = upstairsIncident(1, 'degraded', 1, { cleanRuns: 1 });
    expect(subject({ ...of, incidents: [clearing, stuck], news: [news('opened', stuck)] })).toMatch(
      / H - new$/,
    );
  });

  it('says of a reminder that it is one, and of a good day that all is well', () => {
    expect(subject({ kind: 'reminder', incidents: [degraded(1)] })).toBe(
      '[cruc-fleet] CRITICAL - rack 3: still 2 degraded, 1 repairing; 29 of 32 sleds answered',
    );
    const well = { kind: 'all_well', level: 'ok', headline: 'all is well' } as const;
    expect(subject({ ...well, coverage: { answered: 32, selected: 32 } })).toBe(
      '[cruc-fleet] OK - rack 3: all is well',
    );
  });

  it('says what is over when nothing is open any more, and how it ended', () => {
    const well = { level: 'ok', headline: 'all is well', coverage: { answered: 32, selected: 32 } } as const;
    expect(subject({ ...well, news: [over(1, 'healthy'), over(2, 'healthy')] })).toBe(
      '[cruc-fleet] OK - rack 3: resolved: 2 degraded',
    );
    expect(subject({ ...well, news: [over(1, 'healthy'), over(2, 'gone'), over(3, 'withdrawn')] })).toBe(
      '[cruc-fleet] OK - rack 3: resolved: 1 degraded; gone: 1 degraded; no longer watched: 1 degraded',
    );
    // Two downstairs of one upstairs are one.
    const first = upstairsIncident(1, 'critical', 1, { ending: 'healthy', subject: { downstairs: 0 } });
    expect(
      subject({ ...well, news: [over(1, 'healthy'), news('resolved', first, told('critical', 1))] }),
    ).toBe('[cruc-fleet] OK - rack 3: resolved: 1 disk stopped');
  });

  it('keeps what is over behind what is open or cannot be seen', () => {
    const ended = [over(1, 'healthy')];
    const unseen = upstairsIncident(2, 'degraded', 2, { unknown: 'its sled did not answer' });
    for (const still of [degraded(2), unseen]) {
      expect(subject({ news: ended, incidents: [still], headline: '1 degraded' })).toBe(
        '[cruc-fleet] CRITICAL - rack 3: 1 degraded - resolved: 1 degraded; 29 of 32 sleds answered',
      );
    }
  });

  it('is one line of at most 150 characters that ends with what is missing, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter, maxLength: 300 }),
        fc.string({ unit: anyCharacter, maxLength: 200 }),
        fc.nat(9998),
        fc.constantFrom('news', 'thread'),
        (headline, name, answeredSleds, subjectStyle) => {
          const change = {
            headline,
            group: { name, racks: [] },
            coverage: { answered: answeredSleds, selected: 9999 },
          };
          const line = render(change, ALL_OK, { subjectStyle }).subject;
          expect(line.length).toBeLessThanOrEqual(150);
          expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
          expect(line.startsWith('[cruc-fleet] ')).toBe(true);
          if (subjectStyle === 'news') {
            expect(line.endsWith(`; ${answeredSleds} of 9999 sleds answered`)).toBe(true);
          }
        },
      ),
    );
  });
});

describe('the text of a mail', () => {
  const golden = (name: string) => `../fixtures/golden/mail-${name}`;

  it('says all that there is to say, in its order', async () => {
    const mail = renderMail(RICH_NOTICE, RICH_REPORT, MAIL_CONTEXT);
    await expect(`Subject: ${mail.subject}\n\n${mail.text}`).toMatchFileSnapshot(
      golden('rich.txt'),
      renewedBy('test/mail'),
    );
    await expect(mail.html).toMatchFileSnapshot(golden('rich.html'), renewedBy('test/mail'));
  });

  it('says that it is over, and for how long it was', async () => {
    const ended = news(
      'resolved',
      upstairsIncident(1, 'degraded', 14, {
        ending: 'healthy',
        firstSeenAt: NOW - 3 * HOUR,
        lastSeenAt: NOW - HOUR,
      }),
      told('degraded', 14),
    );
    const mail = render({
      level: 'ok',
      headline: 'all is well',
      coverage: { answered: 32, selected: 32 },
      news: [ended],
    });
    await expect(`Subject: ${mail.subject}\n\n${mail.text}`).toMatchFileSnapshot(
      golden('resolved.txt'),
      renewedBy('test/mail'),
    );
  });

  it('says that all is well only where every sled answered in full', () => {
    const well = {
      kind: 'all_well',
      level: 'ok',
      headline: 'all is well',
      coverage: { answered: 32, selected: 32 },
    } as const;
    expect(render(well).text).toMatch(
      /^OK - rack 3: all is well\n32 of 32 sleds answered; 32 upstairs: 32 ok\.\n/,
    );
    const inPart = report([
      answered(0, [okRow(0)], { issues: [{ code: 'drops', message: 'dtrace: 12 drops' }] }),
    ]);
    const { text } = render({ ...well, coverage: { answered: 1, selected: 1 } }, inPart);
    expect(text).toContain('1 of 1 sled answered (1 partial)');
    expect(text).not.toContain('1 upstairs: 1 ok');
    expect(render({ ...well, coverage: { answered: 31, selected: 32 } }, report([failed(0)])).text).toContain(
      '31 of 32 sleds answered; 1 did not, so nothing is known about it.',
    );
  });

  it('never says that what was not seen lasts or is well', () => {
    const unseen = upstairsIncident(1, 'degraded', 20, {
      unknown: `${sledId(20)} did not answer`,
      lastSeenAt: NOW - HOUR,
      firstSeenAt: NOW - 2 * HOUR,
      ruleSince: NOW - 2 * HOUR,
    });
    const { text } = render({ incidents: [unseen] }, report([failed(20)]));
    expect(text).toContain('* CRITICAL degraded, last seen 1h00m ago\n');
    expect(text).toContain(`not seen in this run: ${sledId(20)} did not answer\n`);
    expect(text).toContain('as it was at 2026-11-22T09:00:03Z\n');
    expect(text).not.toContain('degraded for');
    expect(text).toContain('20 //// no answer ////');
    const gone = render({ news: [over(1, 'gone')] }).text;
    expect(dense(gone)).toContain(dense('its upstairs no longer exists and was never seen to recover'));
    expect(dense(render({ news: [over(1, 'withdrawn')] }).text)).toContain(
      dense('its sled was removed from the inventory; its state is unknown'),
    );
  });

  it('tells what was looked for and not found apart from what could not be looked for', () => {
    const better = upstairsIncident(1, 'degraded', 3, { cleanRuns: 2, lastSeenAt: NOW - HOUR });
    const { text } = render({ incidents: [better] });
    expect(text).toContain('not seen in the last 2 runs: over if that stays so');
    expect(text).not.toContain('Not seen in this run');
  });

  it('says what became worse, better or another severity, and from where it moved', () => {
    const was = (rule: 'degraded' | 'critical', change = {}) => told(rule, 14, change);
    const lines = (...items: Notice['news']) => dense(render({ news: items }).text);
    expect(lines(news('worse', upstairsIncident(1, 'critical', 9), was('degraded')))).toContain(
      dense('was degraded, now disk stopped (two of three downstairs lost)'),
    );
    expect(lines(news('better', degraded(1), was('critical')))).toContain(
      dense('was disk stopped (two of three downstairs lost), now degraded'),
    );
    expect(lines(news('worse', degraded(1), was('degraded', { severity: 'warning' })))).toContain(
      dense('was degraded (warning), now degraded (critical)'),
    );
    expect(lines(news('moved', upstairsIncident(1, 'degraded', 17), was('degraded')))).toContain(
      dense('moved degraded: from 3/BRM42220014 (cubby 14) to 3/BRM42220017 (cubby 17)'),
    );
  });

  it('puts the incidents of one upstairs together, whatever their downstairs', () => {
    const second = upstairsIncident(1, 'degraded', 1, {
      subject: { downstairs: 2 },
      sight: { message: 'downstairs 2 is offline' },
    });
    const { text } = render({ incidents: [degraded(1), second, degraded(2)] });
    expect(text.match(/^\* /gm)).toHaveLength(2);
    expect(text).toContain('degraded: downstairs 1 is faulted\n    degraded: downstairs 2 is offline\n');
  });

  it('shows extents only where a repair goes on, and what is not known as such', () => {
    const idle = upstairsIncident(1, 'degraded', 1, {
      sight: { counters: counters({ connected: [1, null, 1] }) },
    });
    const repairing = upstairsIncident(2, 'repairing', 2, {
      sight: {
        states: ['active', 'live_repair', 'active'],
        counters: counters({ extent: 7, extentsRepaired: [0, 5, 0] }),
      },
    });
    expect(render({ incidents: [idle] }).text).not.toContain('extents');
    expect(render({ incidents: [idle] }).text).toContain('times connected 1/-/1');
    const { text } = render({ incidents: [repairing] });
    expect(text).toContain('extents repaired 0/5/0');
    expect(text).toContain('extent under repair 7');
  });

  it('says until when and why something is silenced, and by what if that is not known', () => {
    const quiet = upstairsIncident(1, 'degraded', 1, { silencedBy: 's9' });
    expect(dense(render({ incidents: [quiet] }, ALL_OK, { silences: [silence('s9')] }).text)).toContain(
      dense('silenced until 2026-11-22T13:00:03Z by ada: update of the sled (silence s9)'),
    );
    expect(render({ incidents: [quiet] }, ALL_OK, { silences: [] }).text).toContain('silenced by s9\n');
  });

  it('does not count backwards when the clock was set back', () => {
    const future = upstairsIncident(1, 'degraded', 1, { ruleSince: NOW + HOUR, firstSeenAt: NOW + HOUR });
    expect(render({ incidents: [future] }).text).toContain(
      'degraded for an unknown time (the clock was set back)',
    );
  });

  it('names the command that shows it, by absolute paths, the right one for what it is about', () => {
    const place = { program: '/opt/cruc fleet/cruc-fleet', inventory: "/etc/cruc fleet's.yaml" };
    const command = (change: Partial<Notice>, context: Partial<typeof MAIL_CONTEXT> = {}) =>
      /To see it live:\n\n {2}(.*)\n/.exec(render(change, ALL_OK, context).text)?.[1];
    const suffix = '--inventory /etc/cruc-fleet/inventory.yaml';
    const of = (incident: ReturnType<typeof degraded>) => command({ news: [news('opened', incident)] });
    const bin = '/usr/local/bin/cruc-fleet';
    expect(of(degraded(1))).toBe(`${bin} ds-state --rack 3 --upstairs 3f2b0001 ${suffix}`);
    expect(of(upstairsIncident(1, 'repairing', 14))).toBe(
      `${bin} run up_state --sled 3/BRM42220014 --pid 20001 ${suffix}`,
    );
    expect(of(sledIncident(20))).toBe(`${bin} doctor --sled 3/BRM42220020 ${suffix}`);
    expect(of(rackIncident())).toBe(`${bin} doctor --rack 3 ${suffix}`);
    // Its states are well, which say nothing of jobs.
    expect(of(upstairsIncident(1, 'jobs_stuck', 14))).toBe(
      `${bin} run upstairs_info --sled 3/BRM42220014 --pid 20001 ${suffix}`,
    );
    // Of several things, and where all is over, all that is not well.
    const several = { news: [news('opened', degraded(1)), news('opened', degraded(2))] };
    expect(command(several)).toBe(`${bin} ds-state --rack 3 --degraded ${suffix}`);
    const unseen = news('opened', upstairsIncident(3, 'wait_quorum', 3));
    expect(command({ news: [...several.news, unseen] })).toBe(`${bin} ds-state --rack 3 ${suffix}`);
    expect(command({ group: { name: 'fleet', racks: ['3', 'west-1'] } })).toBe(
      `${bin} ds-state --rack 3,west-1 --degraded ${suffix}`,
    );
    expect(command({}, { place })).toBe(
      String.raw`'/opt/cruc fleet/cruc-fleet' ds-state --rack 3 --degraded --inventory '/etc/cruc fleet'\''s.yaml'`,
    );
  });

  it('says what to do, and where a downstairs is to be found, which is not the sled of the VM', () => {
    const text = (incident: ReturnType<typeof degraded>) => render({ news: [news('opened', incident)] }).text;
    expect(dense(text(degraded(1)))).toContain(
      dense('omdb db disks info 3f2b0001-7d14-4c7a-9a51-0d6c9f6b1a22 To see it live:'),
    );
    expect(text(degraded(1))).toContain('VM on 3/BRM42220001 (cubby 1), PID 20001\n');
    expect(text(sledIncident(20))).not.toContain('omdb');
    // Nothing is to be done about what is over.
    expect(render({ news: [over(1, 'healthy')], level: 'ok' }).text).not.toContain('omdb');
  });

  it('marks the sled of the VM of what is open in its rack, and says what the mark means', () => {
    const open = degraded(14);
    const pantry = upstairsIncident(2, 'degraded', 9, {
      subject: { zone: 'oxz_crucible_pantry_34aa0002-d933-49fa-b38e-fc4607933d50' },
    });
    const { text, html } = render({ incidents: [open, pantry] });
    expect(text).toContain('| 14 ok <-- VM ');
    expect(text.match(/<-- VM {2}/g)).toHaveLength(1);
    expect(dense(text)).toContain(dense('<-- VM: the VM of an open incident runs on this sled'));
    expect(htmlTokens(html).text).toContain('◀ VM the VM of an open incident runs on this sled');
    expect(render({ incidents: [pantry] }).text).not.toContain('VM');
  });

  it('says nothing of the racks of other groups, and draws every rack of its own, the worst first', () => {
    const other = (rack: string, rows: readonly ReturnType<typeof okRow>[]) => {
      const { sled, ...rest } = answered(0, rows);
      return { ...rest, sled: { ...sled, rack, id: `${rack}/a`, name: 'a' } } as ReturnType<typeof answered>;
    };
    const bad = stateRow(1, ['faulted', 'faulted', 'faulted'], 'down');
    const silent = { ...failed(1), sled: makeSled(1, { rack: '7', id: '7/b', name: 'b' }) };
    const all = report([other('3', [okRow(0)]), other('5', [bad]), other('7', [bad]), silent]);
    expect(render({}, all).text).not.toMatch(/[57]\/[ab\d]|Rack [57]|X {2}down|no answer/);
    const { text } = render({ group: { name: 'fleet', racks: ['3', '5'] } }, all);
    expect(text.match(/^Rack .* as this run saw it$/gm)).toEqual([
      'Rack 5 as this run saw it',
      'Rack 3 as this run saw it',
    ]);
  });

  it('says of an incident of a sled or a rack what it has, and no more', () => {
    const { text } = render({ level: 'unknown', incidents: [sledIncident(20), rackIncident()] });
    expect(text).toMatch(/^UNKNOWN - rack 3: /);
    expect(text).toContain(
      '* UNKNOWN sled silent for 15m\n    no answer for 3 runs\n    sled     3/BRM42220020 (cubby 20)\n',
    );
    expect(text).toContain(
      `* UNKNOWN ${ruleWords('coverage')} for 15m\n    28 of 32 sleds answered, below 90%\n    rack     3\n`,
    );
    expect(text).not.toContain('downstairs 0');
  });
});

/** Shows all that is not well. */
const ALL =
  '/usr/local/bin/cruc-fleet ds-state --rack 3 --degraded --inventory /etc/cruc-fleet/inventory.yaml';

describe('a mail of very much', () => {
  const many = Array.from({ length: 137 }, (_, n) =>
    upstairsIncident(n, 'degraded', n % 32, { sight: { counters: counters() } }),
  );
  const mail = render({ incidents: many, news: many.map((each) => news('opened', each)) }, RICH_REPORT);

  it('says how many more there are and where to see them', () => {
    expect(mail.text).toContain(`and 37 more: run ${ALL}\n`);
    expect(mail.text).toContain(`and 87 more: run ${ALL}\n`);
    expect(htmlTokens(mail.html).text).toContain(`and 37 more: run ${ALL}`);
  });

  it('stays below what readers of mail cut', () => {
    expect(mail.html.length).toBeLessThan(102_000);
    expect(mail.html).toContain('cubby 31');
  });
});

/** Texts as a sled may send them. */
const anyText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    'a|b',
    'it\'s & "so"',
    'line\nbreak\r\n\u2028',
    '\u001b[31mred\u202e',
    '</td></table>',
    '&lt;',
    '',
  ),
);

const anyIncident = fc
  .record({
    n: fc.nat(40),
    cubby: fc.nat(31),
    zone: fc.option(anyText),
    message: anyText,
    sleds: fc.array(anyText, { maxLength: 3 }),
    states: fc.option(fc.tuple(anyText, anyText, anyText)),
    status: fc.constantFrom('open', 'pending', 'silenced', 'unknown'),
    reason: anyText,
    downstairs: fc.constantFrom(0, 1, 2, null),
    counted: fc.option(fc.constant(counters({ connected: [1, null, 3], extent: 4 }))),
  })
  .map(({ n, cubby, zone, message, sleds, states, status, reason, downstairs, counted }) =>
    upstairsIncident(n, 'degraded', cubby, {
      subject: { downstairs, ...(zone === null ? {} : { zone }) },
      sight: { message, sleds, states, counters: counted },
      openedAt: status === 'pending' ? null : NOW,
      silencedBy: status === 'silenced' ? reason : null,
      unknown: status === 'unknown' ? reason : null,
    }),
  );

const anyReport = fc
  .array(fc.tuple(fc.constantFrom('ok', 'timeout', 'refused', 'in_part'), anyText), {
    minLength: 1,
    maxLength: 32,
  })
  .map((sleds) =>
    report(
      sleds.map(([kind, text], cubby) => {
        if (kind === 'timeout' || kind === 'refused') return failed(cubby, kind);
        const issues = kind === 'ok' ? [] : [{ code: 'unparsed_line', message: text }];
        return answered(cubby, [okRow(cubby)], { issues });
      }),
    ),
  );

describe('a mail, whatever it is about', () => {
  const TAGS = new Set(
    'html head meta title body table tr td th p b i br wbr span h2 ul li code details summary'.split(' '),
  );
  const ATTRIBUTES = new Set(
    'lang style charset name content role width align valign scope colspan cellpadding cellspacing title open'.split(
      ' ',
    ),
  );

  it('is well-formed HTML of known tags, in which nothing runs or is fetched, and plain text', () => {
    fc.assert(
      fc.property(
        fc.array(anyIncident, { maxLength: 6 }),
        fc.array(anyText, { maxLength: 3 }),
        anyReport,
        (incidents, troubles, of) => {
          const opened = incidents.map((each) => news('opened', each));
          const mail = render({ incidents, troubles, news: opened, headline: troubles[0] ?? 'x' }, of);
          const { tags, attributes, text } = htmlTokens(mail.html);
          expect(tags.filter((tag) => !TAGS.has(tag))).toEqual([]);
          expect(attributes.filter(({ name }) => !ATTRIBUTES.has(name))).toEqual([]);
          expect(attributes.filter(({ value }) => /url\(|javascript:|expression/i.test(value))).toEqual([]);
          expect(mail.html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
          expect(mail.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
          for (const { subject, sight } of incidents) {
            const zone = dense(printable(subject.zone ?? '').replaceAll(/\p{Cs}/gu, '?'));
            expect(dense(text)).toContain(zone);
            expect(dense(text)).toContain(dense(printable(sight.message).replaceAll(/\p{Cs}/gu, '?')));
          }
        },
      ),
      runs(20, 3000),
    );
  });

  it('has every incident in it, or counts it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 260 }),
        fc.constantFrom('open', 'unknown', 'mixed'),
        (count, kind) => {
          const incidents = Array.from({ length: count }, (_, n) =>
            upstairsIncident(n, 'degraded', n % 32, {
              unknown: kind === 'unknown' || (kind === 'mixed' && n % 2 === 0) ? 'why' : null,
            }),
          );
          const { text, html } = render({ incidents });
          const forms = [text, htmlTokens(html).text];
          for (const status of ['open', 'unknown'] as const) {
            const here = incidents.filter((each) => statusOf(each) === status);
            for (const form of forms) {
              const shown = here.filter((each) => form.includes(String(each.subject.zone))).length;
              if (here.length === shown) continue;
              expect(form).toContain(`and ${here.length - shown} more: run /usr/local/bin/cruc-fleet `);
            }
          }
        },
      ),
      runs(8, 300),
    );
  });

  it('names every sled of its racks that did not answer, and no other as such', () => {
    fc.assert(
      fc.property(anyReport, (of) => {
        const { text, html } = render({}, of);
        const failing = of.outcomes.flatMap(({ status, sled }) => (status === 'failed' ? [sled.cubby] : []));
        for (const form of [text, htmlTokens(html).text]) {
          const lines = form
            .replaceAll(/\n {2}/g, ' ')
            .split('\n')
            .filter((line) => /^(- )?no answer from /.test(line));
          const named = lines.flatMap((line) => {
            const cubbies = /from 3\/\[?([\d,-]+)\]? \(/.exec(line) ?? /\(cubby (\d+)\)/.exec(line);
            return parseNumberSet(cubbies?.[1] ?? '', 0, 31) ?? [];
          });
          expect(named.toSorted((a, b) => a - b)).toEqual(failing);
        }
      }),
    );
  });

  it('keeps its text within 78 columns but for commands and words that are longer', () => {
    fc.assert(
      fc.property(fc.array(anyIncident, { maxLength: 5 }), anyReport, (incidents, of) => {
        for (const line of render({ incidents }, of).text.split('\n')) {
          if (displayWidth(line) <= 78 || line.startsWith('  /usr/local/bin/cruc-fleet ')) continue;
          // No break was possible after the indent.
          expect(line.trim().split(' ').length).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});

describe('sleds whose cubby is unknown', () => {
  it('are listed under the drawing by how they are', () => {
    const named = (name: string) => makeSled(0, { cubby: null, name, id: `3/${name}`, serial: null });
    const of = report([
      { ...answered(1, [okRow(1)]), sled: named('alpha') },
      { ...failed(2), sled: named('beta') },
    ] as never);
    const { text, html } = render({}, of);
    expect(text).toContain('Sleds whose cubby is not known:\n    no answer: 3/beta\n    ok: 3/alpha\n');
    expect(htmlTokens(html).text).toContain('Sleds whose cubby is not known: no answer: 3/beta; ok: 3/alpha');
  });
});
