import { handOver } from '../store/hand-over.ts';
import { openMailer } from '../delivery/mailer.ts';
import type { BootClock } from '../model/boot-clock.ts';
import type { PlanInput } from '../alert/plan-input.ts';
import { planRun, type Plan } from '../alert/plan.ts';
import type { CheckState } from '../alert/state.ts';
import { commit, stillSpooled, type SpooledMail, type SpooledPost } from '../store/store.ts';
import { mergeReport } from '../fleet/merge.ts';
import type { CheckConfig } from '../config/check-config.ts';
import { describeError, FleetError } from '../model/error.ts';
import type { CheckResult, Incident } from '../alert/incident.ts';
import type { IncidentPlaces } from '../alert/incident-place.ts';
import { racksOf, type FleetReport } from '../model/report.ts';
import { worstLevel } from '../model/level.ts';
import type { PostShape } from '../model/outgoing.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { checkProbe } from './check-probe.ts';
import { alertPost, type AlertsAbout } from './alert-post.ts';
import { composeMails, domainOf } from './compose-mails.ts';
import { composePosts } from './compose-posts.ts';
import { keepHistory } from './keep-history.ts';
import { lookAgain, type Seen } from './look-again.ts';
import { openStore, type CheckStore } from './open-store.ts';
import { readPast } from './read-past.ts';
import { postUrls, sendPosts, wantedShapes } from './send-posts.ts';
import { writeTextfile } from './textfile.ts';

export interface CheckInput {
  readonly config: CheckConfig;
  /** What is wrong with the configuration, a line each: it goes into the verdict and the mails. */
  readonly problems: readonly string[];
  /** Somebody is to be mailed, if only the configuration were right. */
  readonly wantsMail: boolean;
  /** The inventory that was read, and the id of every sled in it, selected or not; null where sites have theirs. */
  readonly inventory: { readonly file: string; readonly sleds: readonly string[] | null };
  /** The path of the program that runs, for the commands that mails name. */
  readonly program: string;
  readonly programVersion: string;
  /** Of this machine. */
  readonly hostName: string;
  /** Nothing is locked, recorded, mailed, posted or written. */
  readonly isDryRun: boolean;
}

/** What a check takes from the world around it. */
export interface CheckEdges {
  readonly now: () => Date;
  /** As Math.random. */
  readonly random: () => number;
  /** How long this machine has run; null where it does not tell. */
  readonly bootClock: () => BootClock | null;
  /** Runs a probe for so many seconds on every selected sled, or on some of them, by their ids. */
  readonly ask: (probe: ProbeSpec, seconds: number, only: ReadonlySet<string> | null) => Promise<Asked>;
  /** What kept facts say of incidents, by what this run saw; null where nothing is kept. No sled is asked. */
  readonly placesOf?: (report: FleetReport, incidents: readonly Incident[]) => IncidentPlaces | null;
  /** Hears that no sled is asked any more, so that nothing stays open while mails are sent. Never rejects. */
  readonly doneAsking?: () => Promise<void>;
  /** Hears that what was seen is recorded, while nobody else can record. A FleetError is one more problem of the check. */
  readonly recorded?: () => Promise<void>;
}

/** What came of asking every selected sled. */
type Asked = Pick<FleetReport, 'selection' | 'startedAt' | 'finishedAt' | 'interrupted' | 'outcomes' | 'run'>;

/** What a check came to. */
export interface CheckAnswer {
  readonly result: CheckResult;
  readonly report: FleetReport;
  /** The mails that this run has to send, whether or not they could be. */
  readonly mails: readonly SpooledMail[];
  /** The same of posts. */
  readonly posts: readonly SpooledPost[];
  /** What is wrong with the history, a sentence each: it says nothing of the verdict. */
  readonly historyProblems: readonly string[];
  /** There is news, another level than last time, or something is wrong with the check itself. */
  readonly isWorthSaying: boolean;
}

/**
 * One check from the first lock to the last write: ask the sleds, plan, record, tell. What is wrong with the memory or
 * the ways out is a problem in the answer, and never keeps the verdict back. Rejects for an inventory or a selection
 * that is wrong.
 */
export async function runCheck(input: CheckInput, edges: CheckEdges): Promise<CheckAnswer> {
  const { config, inventory, isDryRun } = input;
  const store = await openStore(config, edges, { lookOnly: isDryRun });
  try {
    const { report, activeTwice } = await askSleds(config, edges);
    const now = edges.now().getTime();
    const place = { program: input.program, inventory: inventory.file };
    const context = {
      now,
      programVersion: input.programVersion,
      host: input.hostName,
      place,
      subjectStyle: config.subjectStyle,
      silences: store.silences,
    };
    const { mail } = config;
    const shapes = wantedShapes(postUrls(config));
    const plan = planRun({
      state: store.state,
      report,
      activeTwice,
      policy: config.policy,
      silences: store.silences,
      now,
      clock: edges.bootClock(),
      inventory,
      troubles: [...input.problems, ...store.troubles],
      mail: whoHears(input, store, shapes),
    });
    const places = edges.placesOf?.(report, plan.result.incidents) ?? null;
    const placed = places === null ? {} : { places };
    const past = plan.notices.length === 0 ? null : await readPast(config, now);
    const mails =
      mail === null || past === null
        ? []
        : composeMails(plan.notices, report, mail, { ...context, ...placed, past });
    const posts =
      past === null ? [] : composePosts(plan.notices, report, shapes, { ...context, ...placed, past });
    // What a run saw that was cut short is not what there is.
    const records = store.canRecord && !report.interrupted;
    const recorded = records
      ? await record(
          plan,
          { mails, posts },
          store,
          config,
          { racks: racksOf(report), place, ...placed },
          edges.recorded,
        )
      : { troubles: [], waiting: store.waiting };
    const troubles = [...plan.result.troubles, ...recorded.troubles];
    const waiting = waitingOf(recorded.waiting);
    if (config.textfilePath !== null && !isDryRun && !store.isBusy && !report.interrupted) {
      const textfile = { path: config.textfilePath, labels: config.textfileLabels };
      const result = { ...withTroubles(plan.result, troubles), ...waiting };
      const trouble = await writeTextfile(textfile, report, result, plan.state.lastWholeAt);
      if (trouble !== null) troubles.push(trouble);
    }
    const result = { ...withTroubles(plan.result, troubles), ...waiting, ...placed };
    // Last: whatever is wrong with it, the verdict stands and everybody was told.
    const keeps = !isDryRun && !report.interrupted;
    const machine = { host: input.hostName, clock: edges.bootClock() };
    const historyProblems = keeps ? await keepHistory(config, report, machine, edges) : [];
    return {
      result,
      historyProblems,
      report,
      mails,
      posts,
      isWorthSaying: plan.isWorthSaying || troubles.length > 0 || store.state.lastRun?.level !== result.level,
    };
  } finally {
    await store.release();
  }
}

/**
 * Whether notices are made, and for whom. Where posts are wanted, mails that cannot be sent keep nothing back: what is
 * wrong with them is a problem that the posts tell.
 */
function whoHears(
  { config: { mail }, wantsMail, hostName }: CheckInput,
  { waiting, waitingPosts }: CheckStore,
  shapes: readonly PostShape[],
): PlanInput['mail'] {
  if (mail === null && shapes.length === 0) return wantsMail ? 'broken' : null;
  // No reminder of what has not arrived yet; a server that is away keeps no mail back.
  const undelivered = new Set((mail === null ? waitingPosts : waiting).map(({ group }) => group));
  return { domain: domainOf(mail?.from ?? `cruc-fleet@${hostName}`), undelivered };
}

/** The check probe on every selected sled, as one report. */
async function askSleds({ windowMs }: CheckConfig, { ask, doneAsking }: CheckEdges): Promise<Seen> {
  const seconds = windowMs / 1000;
  try {
    return await seeSleds(seconds, ask);
  } finally {
    await doneAsking?.();
  }
}

async function seeSleds(seconds: number, ask: CheckEdges['ask']): Promise<Seen> {
  const first = await ask(checkProbe, seconds, null);
  const merge = (change: Partial<Asked>): FleetReport => {
    const asked = { ...first, ...change };
    return mergeReport(asked.outcomes, {
      ...asked,
      probe: checkProbe,
      probeColumns: checkProbe.columns,
      filter: null,
      sortBy: [],
    });
  };
  return await lookAgain(merge({}), (sleds) => ask(checkProbe, seconds, sleds), merge);
}

/** Something that is wrong with the check itself makes a verdict that is at best unknown. */
function withTroubles(result: CheckResult, troubles: readonly string[]): CheckResult {
  const count = troubles.length === 1 ? 'a problem' : `${troubles.length} problems`;
  return {
    ...result,
    troubles,
    headline: troubles.length === 0 ? result.headline : `${result.headline}; ${count} with the check itself`,
    level: worstLevel([result.level, troubles.length > 0 ? 'unknown' : 'ok']),
  };
}

/** How many mails wait, and since when the oldest does; nothing where none does. */
function waitingOf(mails: readonly SpooledMail[]): Pick<CheckResult, 'mailsWaiting'> {
  if (mails.length === 0) return {};
  const since = Math.min(...mails.map(({ mail }) => Date.parse(mail.date)));
  return { mailsWaiting: { count: mails.length, since } };
}

/** What came of recording a run and telling of it. */
interface Recorded {
  readonly troubles: readonly string[];
  readonly waiting: readonly SpooledMail[];
}

/**
 * Records a run and tells of it, in this order: the plan with its mails, which is the moment from which they are to be
 * sent; then each mail, out of the spool as soon as it is accepted; each post in the same way; the alerts; and what is left. A kill at any point
 * leaves a state that says what has happened. Gives the troubles.
 */
async function record(
  plan: Plan,
  { mails, posts }: Pick<CheckAnswer, 'mails' | 'posts'>,
  store: CheckStore,
  config: CheckConfig,
  about: AlertsAbout,
  recorded: CheckEdges['recorded'],
): Promise<Recorded> {
  const { places } = store;
  const alerts = alertPost(config, plan.result, about, store.state.alerts);
  let state: CheckState;
  try {
    state = await commit(places, { ...plan.state, alerts: alerts.mayStand }, [...mails, ...posts]);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    const { problems, waiting } = await send(store.waiting, store, config);
    const unposted = await sendPosts(places, store.waitingPosts, postUrls(config));
    const unrecorded = `${describeError(error)}; this run is not recorded, and nobody is mailed about it`;
    return { troubles: [unrecorded, ...problems, ...unposted], waiting };
  }
  const troubles: string[] = [];
  const all = [...store.waiting, ...mails];
  let waiting: readonly SpooledMail[] = all;
  try {
    await recorded?.();
    const sent = await send(all, store, config);
    waiting = sent.waiting;
    const unposted = await sendPosts(places, [...store.waitingPosts, ...posts], postUrls(config));
    const posted = await alerts.post();
    troubles.push(...sent.problems, ...unposted, ...posted.problems);
    // What was sent is known by the files of the spool already: this is tidiness.
    if (state.spool.length > 0 || config.webhookUrl !== null) {
      const left = await stillSpooled(places, state.spool);
      await commit(places, { ...state, spool: left, alerts: posted.standing }, []);
    }
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    troubles.push(describeError(error));
  }
  return { troubles, waiting };
}

/** Sends what waits, where there is a way to. */
async function send(
  mails: readonly SpooledMail[],
  { places }: CheckStore,
  { mail }: CheckConfig,
): Promise<{ readonly problems: readonly string[]; readonly waiting: readonly SpooledMail[] }> {
  if (mails.length === 0) return { problems: [], waiting: [] };
  if (mail === null) {
    const problem = `${mails.length} mails wait in ${places.spool}, and no mail server is configured`;
    return { problems: [problem], waiting: mails };
  }
  const mailer = openMailer(mail);
  try {
    const { problems, waiting } = await handOver(places, mails, mailer);
    return { problems, waiting: mails.filter((each) => waiting.includes(each.mail.id)) };
  } finally {
    await mailer.close();
  }
}
