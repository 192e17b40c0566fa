import { distributionsOf, hasDistributions } from '../distribution-views/distributions.ts';
import type { RenderContext } from '../drawing/render-context.ts';
import type { ByCause } from '../model/by-cause.ts';
import type { Column, Row } from '../model/column.ts';
import { describeError } from '../model/error.ts';
import type { Issue } from '../model/issue.ts';
import {
  coverageOf,
  isComplete,
  type AnsweredOutcome,
  type EarlierAnswer,
  type Finding,
  type FleetReport,
  type SledOutcome,
} from '../model/report.ts';
import { runJson } from '../model/run-facts.ts';
import type { VisitTrail } from '../model/trail.ts';
import type { Content, Shown } from './output.ts';

/** The version of the contract that `docs/report.schema.json` describes. A change that breaks it is a new one. */
const REPORT_SCHEMA = 'cruc-fleet/report/v1';

/** Keys of a JSON object, in their order. */
export type Fields = Readonly<Record<string, unknown>>;

const ROWS: Shown<Fields> = {
  shown: '`rows`',
  part: (report, { columns }) => ({ rows: report.rows.map(rowAsJson(columns, report.columns)) }),
};

/** Every kind of content as keys of the report. */
export const AS_JSON: Readonly<Record<Content, Shown<Fields>>> = {
  texts: { shown: '`text` of its sled', part: ({ outcomes }) => ({ sleds: outcomes.map(sledJson) }) },
  rows: ROWS,
  printed: ROWS,
  steps: ROWS,
  distributions: {
    shown: '`distributions`',
    part: (report, context) =>
      hasDistributions(report) ? { distributions: distributionsOf(report, context) } : {},
  },
};

/** Such parts as one report: plain data, names in lower_snake, times in ISO 8601 (UTC). */
export function wholeJson(parts: readonly Fields[], report: FleetReport): Fields {
  const fields = Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
  return { ...headJson(report), ...fields, findings: report.findings.map(findingJson) };
}

/** A report as programs read it. */
export function reportJson(report: FleetReport, context: RenderContext): Fields {
  const { texts, rows, distributions } = AS_JSON;
  return wholeJson(
    [texts, rows, distributions].map(({ part }) => part(report, context)),
    report,
  );
}

/** Everything about a report but its sleds, rows and findings. */
export function headJson(report: FleetReport): Fields {
  const coverage = coverageOf(report);
  return {
    schema: REPORT_SCHEMA,
    probe: report.probe,
    selection: report.selection,
    filter: report.filter,
    started_at: report.startedAt.toISOString(),
    finished_at: report.finishedAt.toISOString(),
    ...(report.run === undefined ? {} : { run: runJson(report.run) }),
    complete: isComplete(report),
    interrupted: report.interrupted,
    coverage: {
      selected: coverage.selected,
      answered: coverage.answered,
      failed: coverage.failed,
      with_issues: coverage.withIssues,
    },
    rows_before_filter: report.rowsBeforeFilter,
    health: report.healthCounts,
    ...(report.byCause === undefined ? {} : { by_cause: byCauseJson(report.byCause) }),
    ...(report.issues === undefined ? {} : { issues: report.issues.map(issueJson) }),
    ...(report.verdicts === undefined
      ? {}
      : {
          headline: report.verdicts.headline,
          verdicts: report.verdicts.each.map(({ about, ...verdict }) => ({ ...about, ...verdict })),
        }),
  };
}

function byCauseJson({ sick, causes, unknownPlaces, lines }: ByCause): Fields {
  return {
    sick,
    causes: causes.map((cause) => ({
      kind: cause.kind,
      name: cause.name,
      sled: cause.sled,
      pool: cause.pool,
      physical_disk: cause.physicalDisk,
      sick: cause.sick,
      elsewhere: cause.elsewhere,
      unknown: cause.unknown,
      active: cause.active,
    })),
    unknown_places: unknownPlaces,
    remarks: lines,
  };
}

export function sledJson(outcome: SledOutcome): Fields {
  const { sled } = outcome;
  const who = {
    sled: sled.id,
    rack: sled.rack,
    serial: sled.serial,
    cubby: sled.cubby,
    host: sled.host,
    ...(outcome.runId === undefined ? {} : { run: outcome.runId }),
  };
  switch (outcome.status) {
    case 'answered':
      return { ...who, status: 'answered', ...answerJson(outcome) };
    case 'failed':
      return {
        ...who,
        status: 'failed',
        stage: outcome.stage,
        elapsed_ms: Math.round(outcome.elapsedMs),
        ...timesJson(outcome.trail),
        error: { code: outcome.error.code, message: describeError(outcome.error) },
        ...(outcome.earlier === undefined ? {} : { earlier: earlierJson(outcome.earlier) }),
      };
  }
}

function answerJson(answer: AnsweredOutcome): Fields {
  const { running } = answer;
  return {
    via: answer.via,
    rows: answer.rows.length,
    ...(answer.hostName === undefined ? {} : { host_name: answer.hostName }),
    ...(answer.text === '' ? {} : { text: answer.text }),
    ...(running === undefined || running === null ? {} : { processes: running.count }),
    elapsed_ms: Math.round(answer.elapsedMs),
    ...timesJson(answer.trail),
    issues: answer.issues.map(issueJson),
    warnings: answer.warnings,
  };
}

function earlierJson({ answer, ageMs }: EarlierAnswer): Fields {
  return { run: answer.runId, age_ms: ageMs, ...answerJson(answer) };
}

/** How long each stage took, and of the stage `connect` each step that took time. */
function timesJson(trail: VisitTrail | undefined): Fields {
  return trail === undefined ? {} : { stages_ms: trail.times.stages, steps_ms: trail.times.steps };
}

function issueJson({ code, message }: Issue): Record<string, unknown> {
  return { code, message };
}

/** Rows as programs read them: the named columns, or all; a JSON column is its value and not its text. */
export function rowAsJson(names: readonly string[] | null, columns: readonly Column[]): (row: Row) => Fields {
  const json = new Set(columns.filter((column) => column.kind === 'json').map((column) => column.name));
  if (names === null && json.size === 0) return (row) => row;
  return (row) => {
    const cells =
      names === null ? Object.entries(row) : names.map((name) => [name, row[name] ?? null] as const);
    return Object.fromEntries(
      cells.map(([name, cell]) => [
        name,
        json.has(name) && typeof cell === 'string' ? jsonValue(cell) : cell,
      ]),
    );
  };
}

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function findingJson(finding: Finding): Fields {
  return {
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    rack: finding.rack,
    sled: finding.sled,
    zone: finding.zone,
    pid: finding.pid,
    upstairs_id: finding.upstairsId,
    session_id: finding.sessionId,
  };
}
