import type { RenderContext } from '../drawing/render-context.ts';
import type { FleetReport } from '../model/report.ts';

/** One format. It sees only the report, and what it gives goes to standard output unchanged. */
export interface Output {
  readonly name: string;
  readonly summary: string;
  /** Whether it says itself which sleds did not answer; if not, that goes to standard error. */
  readonly saysCoverage: boolean;
  render(report: FleetReport, context: RenderContext): Iterable<string>;
}
