import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { describeError } from '../../model/error.ts';
import { KEPT_REPORT_SCHEMA, readKeptReport, type KeptReport } from '../kept-report.ts';
import { packReport, unpackReport } from '../parts.ts';
import { REPORTS, reportPartSubject, wholeReportSubject, wholeReportWordsOf } from '../subjects.ts';
import type { Hub } from './connect.ts';
import { publishKept } from './publish-kept.ts';
import { lastMessages, messagesAt, openStream, REPORTS_PLAN } from './streams.ts';

const TIMEOUT_MS = 3000;

/** A report that a runner wants kept. */
export type ReportToKeep = Omit<KeptReport, 'schema' | 'parts' | 'digest'> & { readonly json: string };

/** Has the hub keep a report, part by part, and last the note that it is whole; null, or why it is not kept. */
export async function keepReport(hub: Hub, { json, ...about }: ReportToKeep): Promise<string | null> {
  const { site, runner, run } = about;
  const packed = await packReport(json, hub.wire.maxPayload());
  const sequences: number[] = [];
  for (const [n, part] of packed.parts.entries()) {
    const kept = await publishKept(hub, reportPartSubject(site, runner), part, `${run}-${n}`);
    if ('why' in kept) return kept.why;
    sequences.push(kept.sequence);
  }
  const note: KeptReport = { schema: KEPT_REPORT_SCHEMA, ...about, parts: sequences, digest: packed.digest };
  const kept = await publishKept(hub, wholeReportSubject(site, runner), JSON.stringify(note), run);
  return 'why' in kept ? kept.why : null;
}

/** The newest report of a site. */
export interface NewestReport {
  readonly note: KeptReport;
  /** When the hub had it, by its clock. */
  readonly keptAt: Date;
  /** Reads its parts: the report, or what is wrong with it as the end of a sentence. */
  readonly read: () => Promise<{ readonly json: string } | { readonly wrong: string }>;
}

export type NewestReports =
  | {
      readonly bySite: ReadonlyMap<string, NewestReport>;
      /** What was kept and cannot be read, a line each. */
      readonly wrong: readonly string[];
      readonly isNew: boolean;
    }
  | { readonly why: string };

/** The newest report of a probe of each site; has the hub keep them from now on where it did not. Never rejects. */
export async function newestReports({ connection, hasStreams }: Hub, probe: string): Promise<NewestReports> {
  if (!hasStreams) return { why: 'the hub keeps no reports, since it runs without JetStream' };
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: TIMEOUT_MS });
    const { subjects, isNew } = await openStream(manager, REPORTS_PLAN, REPORTS.whole);
    const bySite = new Map<string, NewestReport>();
    const wrong: string[] = [];
    for (const { subject, data, at } of await lastMessages(manager, REPORTS.stream, subjects)) {
      const words = wholeReportWordsOf(subject);
      const note = readKeptReport(data);
      if (!note.ok || note.value.site !== words?.site || note.value.runner !== words.runner) {
        wrong.push(`${subject}: ${note.ok ? 'it names another site' : note.wrong}`);
        continue;
      }
      const before = bySite.get(words.site);
      if (note.value.probe !== probe || (before !== undefined && before.keptAt >= at)) continue;
      bySite.set(words.site, { note: note.value, keptAt: at, read: () => readParts(manager, note.value) });
    }
    return { bySite, wrong, isNew };
  } catch (error) {
    const said = describeError(error);
    if (/permissions violation/i.test(said)) {
      return {
        why: 'these credentials may not read reports: that takes an asker who may ask every site for a check',
      };
    }
    return { why: `the reports that the hub keeps could not be read: ${said}` };
  }
}

/** Has the hub keep reports from now on, where it does not and these credentials may. Never rejects. */
export async function makeReportStream({ connection, hasStreams }: Hub): Promise<void> {
  if (!hasStreams) return;
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: TIMEOUT_MS });
    await openStream(manager, REPORTS_PLAN, REPORTS.whole);
  } catch {
    // Who may not make it does not need it; who needs it is told then.
  }
}

async function readParts(manager: JetStreamManager, { site, runner, parts, digest }: KeptReport) {
  try {
    const messages = await messagesAt(manager, REPORTS.stream, parts);
    // A site may name only what the hub let it write.
    const own = messages.filter(({ subject }) => subject === reportPartSubject(site, runner));
    if (own.length < parts.length) return { wrong: `${own.length} of its ${parts.length} parts are kept` };
    return await unpackReport(
      own.map(({ data }) => data),
      digest,
    );
  } catch (error) {
    return { wrong: `it could not be read: ${describeError(error)}` };
  }
}
