import type { RenderContext } from '../drawing/render-context.ts';
import type { Column, Row } from '../model/column.ts';
import type { CheckResult } from '../alert/incident.ts';
import type { FleetReport } from '../model/report.ts';

/**
 * What a report may hold, side by side: rows, or what a command printed, or the steps of the way to a sled;
 * distributions; and lines of a user's own script that are neither.
 */
export type Content = 'rows' | 'printed' | 'steps' | 'distributions' | 'texts';

/** Of these a report holds one: each of them is its rows. */
const AS_ROWS: readonly Content[] = ['rows', 'printed', 'steps'];

/** How a format shows one kind of content. */
export interface Shown<Part> {
  /** In a few words, which `docs/outputs.md` shows. */
  readonly shown: string;
  /** Whatever there is of it in the report, which may be nothing. */
  readonly part: (report: FleetReport, context: RenderContext) => Part;
  /** `--columns` chooses in it too; of rows it always does. */
  readonly takesColumns?: true;
}

/** That a format cannot show it: a sentence that says why, and what to take instead. */
export interface Refused {
  readonly refused: string;
}

/** Each kind of content, in the order in which a format shows them. Leaving one out does not compile. */
export type Contents<Part> = Readonly<Record<Content, Shown<Part> | Refused>>;

/** How rows are shown while they arrive: a line each, drawn over themselves on a terminal, or only at the end. */
export type Arriving =
  | 'redrawn'
  | 'at the end'
  | ((row: Row, at: Date, columns: readonly Column[], names: readonly string[] | null) => string);

/** What `check` prints: its verdict, or the report that it has judged. */
export type OfCheck =
  | 'report'
  | ((result: CheckResult, report: FleetReport, context: RenderContext) => Iterable<string>);

/** One format, as its author writes it: parts of a report, and how they are put together. */
export interface Format<Part> {
  readonly name: string;
  readonly summary: string;
  /** Who reads it, and where it has sleds that did not answer: for `docs/outputs.md`. */
  readonly readers: string;
  readonly failedSleds: string;
  /** Whether it says itself which sleds did not answer; if not, that goes to standard error. */
  readonly saysCoverage: boolean;
  /** For programs, and yet without the characters that drive a terminal or that are invisible: they are counted. */
  readonly replacesHidden?: boolean;
  /** What holds whatever the reader's context is. */
  readonly always?: Partial<RenderContext>;
  readonly contents: Contents<Part>;
  readonly whole: (parts: readonly Part[], report: FleetReport, context: RenderContext) => Iterable<string>;
  readonly arriving: Arriving;
  readonly check: OfCheck;
}

/** One format. It sees only the report, and what it gives goes to standard output unchanged. */
export interface Output extends Omit<Format<unknown>, 'whole'> {
  readonly render: (report: FleetReport, context: RenderContext) => Iterable<string>;
}

export function makeOutput<Part>({ whole, ...format }: Format<Part>): Output {
  const ways: readonly (readonly [string, Shown<Part> | Refused])[] = Object.entries(format.contents);
  return {
    ...format,
    render: (report, given) => {
      const context = { ...given, ...format.always };
      const rows: Content = report.shape === 'distributions' ? 'rows' : report.shape;
      const absent = AS_ROWS.filter((content) => content !== rows);
      const parts = ways.flatMap(([content, way]) =>
        absent.some((each) => each === content) || 'refused' in way ? [] : [way.part(report, context)],
      );
      return whole(parts, report, context);
    },
  };
}

/** What a report holds. One that holds nothing holds no rows: that is its answer. */
export function contentsIn(report: FleetReport): readonly Content[] {
  const others: readonly Content[] = [
    ...(report.shape === 'distributions' || report.distributions.length > 0
      ? (['distributions'] as const)
      : []),
    ...(report.outcomes.some((outcome) => outcome.status === 'answered' && outcome.text !== '')
      ? (['texts'] as const)
      : []),
  ];
  if (report.shape === 'printed' || report.shape === 'steps') return [report.shape, ...others];
  return report.rows.length > 0 || others.length === 0 ? ['rows', ...others] : others;
}
