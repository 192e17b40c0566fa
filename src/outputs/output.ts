import type { FleetReport } from '../model/report.ts';

/** What an output may know about where it is read. */
export interface RenderContext {
  /** Columns of the terminal, or null where there is no limit. */
  readonly width: number | null;
  readonly color: boolean;
  readonly headers: boolean;
  /** Names of the columns to show, or null for the output's own choice. */
  readonly columns: readonly string[] | null;
}

/** One format. It sees only the report, and what it gives goes to standard output unchanged. */
export interface Output {
  readonly name: string;
  readonly summary: string;
  /** Whether it says itself which sleds did not answer; if not, that goes to standard error. */
  readonly saysCoverage: boolean;
  render(report: FleetReport, context: RenderContext): Iterable<string>;
}
