/** Sites, runners and askers are words of a subject: letters, digits, `-` and `_`. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/i;

export const NAME_RULE = 'up to 32 letters, digits, - and _, from a letter or digit on';

export function isRelayName(text: string): boolean {
  return NAME.test(text);
}

/** Who asks a site for a probe: the hub lets an asker publish only under its own name. */
export interface AskWords {
  readonly site: string;
  readonly probe: string;
  readonly asker: string;
}

export function askSubject({ site, probe, asker }: AskWords): string {
  return `cruc.v1.ask.${site}.${probe}.${asker}`;
}

/** Null for what is not the subject of a question. */
export function askWordsOf(subject: string): AskWords | null {
  const [, site, probe, asker] = /^cruc\.v1\.ask\.([^.]+)\.([^.]+)\.([^.]+)$/.exec(subject) ?? [];
  return site === undefined || probe === undefined || asker === undefined ? null : { site, probe, asker };
}

/** What an asker tells every runner of a site about a run under way: to send parts, or to stop. */
export function tellSubject(site: string, asker: string): string {
  return `cruc.v1.tell.${site}.${asker}`;
}

/** Null for what is not such a subject. */
export function tellerOf(subject: string): string | null {
  return /^cruc\.v1\.tell\.[^.]+\.([^.]+)$/.exec(subject)?.[1] ?? null;
}

/** Where runners of one site tell each other which runs are whose. */
export function claimSubject(site: string): string {
  return `cruc.v1.claim.${site}`;
}

/** Where a site answers a run: the hub lets a runner publish only under its own site. */
export function answerSubject(asker: string, site: string, run: string): string {
  return `cruc.v1.answer.${asker}.${site}.${run}`;
}

/** Site and run of an answer's subject; null for what is none. */
export function answerWordsOf(subject: string): { readonly site: string; readonly run: string } | null {
  const [, site, run] = /^cruc\.v1\.answer\.[^.]+\.([^.]+)\.([^.]+)$/.exec(subject) ?? [];
  return site === undefined || run === undefined ? null : { site, run };
}

export function beatSubject(site: string, runner: string): string {
  return `cruc.v1.beat.${site}.${runner}`;
}

/** Where replies of the server itself come to. */
export function inboxPrefix(name: string): string {
  return `cruc.v1.inbox.${name}`;
}

/** Runners of one site share it: each question goes to one of them. */
export const RUNNER_QUEUE = 'runners';

/** The stream that keeps the last heartbeat of each runner. */
export const BEATS = { stream: 'CRUC_BEATS', subjects: 'cruc.v1.beat.>' } as const;

/** The stream that keeps the reports of scheduled checks. */
export const REPORTS = {
  stream: 'CRUC_REPORTS',
  subjects: 'cruc.v1.report.>',
  /** What says that all parts of a report are kept, from each runner. */
  whole: 'cruc.v1.report.*.whole.*',
} as const;

/** Where the parts of a runner's scheduled reports are kept. */
export function reportPartSubject(site: string, runner: string): string {
  return `cruc.v1.report.${site}.part.${runner}`;
}

/** Where a runner says, once all parts of a report are kept, which they are. */
export function wholeReportSubject(site: string, runner: string): string {
  return `cruc.v1.report.${site}.whole.${runner}`;
}

/** Null for what is not such a subject. */
export function wholeReportWordsOf(
  subject: string,
): { readonly site: string; readonly runner: string } | null {
  const [, site, runner] = /^cruc\.v1\.report\.([^.]+)\.whole\.([^.]+)$/.exec(subject) ?? [];
  return site === undefined || runner === undefined ? null : { site, runner };
}

/** What the hub lets each of them do, and nothing else. */
export interface Rights {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** A runner hears its own site, and may only answer, under its own site's name. */
export function runnerRights(site: string): Rights {
  return {
    publish: [
      `cruc.v1.answer.*.${site}.*`,
      `cruc.v1.beat.${site}.*`,
      `cruc.v1.report.${site}.*.*`,
      claimSubject(site),
    ],
    subscribe: [
      `cruc.v1.ask.${site}.*.* ${RUNNER_QUEUE}`,
      `cruc.v1.tell.${site}.*`,
      claimSubject(site),
      `${inboxPrefix(site)}.>`,
    ],
  };
}

/** A probe that an asker may ask a site for; `*` is any. */
export interface MayAsk {
  readonly site: string;
  readonly probe: string;
}

/** What reading a stream takes. */
function readingRights(stream: string): readonly string[] {
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.STREAM.MSG.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}.>`,
  ];
}

/**
 * What an asker may do. Who may ask everything makes the streams where they are missing: whoever makes one could have
 * the hub copy into it what others say. A stream that is there nobody changes or removes. Reports of all sites are in
 * one stream, so they are for who may ask every site for a check.
 */
export function askerRights(asker: string, may: readonly MayAsk[]): Rights {
  const sites = [...new Set(may.map(({ site }) => site))];
  const mayEverywhere = (probe: string) =>
    may.some((each) => each.site === '*' && (each.probe === '*' || each.probe === probe));
  const readable = [BEATS, ...(mayEverywhere('check') ? [REPORTS] : [])];
  return {
    publish: [
      ...may.map(({ site, probe }) => askSubject({ site, probe, asker })),
      ...sites.map((site) => tellSubject(site, asker)),
      ...readable.flatMap(({ stream }) => readingRights(stream)),
      ...(mayEverywhere('*') ? [BEATS, REPORTS] : []).map(({ stream }) => `$JS.API.STREAM.CREATE.${stream}`),
    ],
    subscribe: [`cruc.v1.answer.${asker}.>`, `${inboxPrefix(asker)}.>`],
  };
}
