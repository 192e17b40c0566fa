/** What an output may know about where it is read. */
export interface RenderContext {
  /** Columns of the terminal, or null where there is no limit. */
  readonly width: number | null;
  readonly color: boolean;
  /** Lines of the terminal, beyond which healthy rows are counted and not shown; null or absent: all are shown. */
  readonly height?: number | null;
  /** The reader can see characters beyond ASCII; so it is where it is absent. */
  readonly unicode?: boolean;
  /** The command has --degraded, and a terminal's summary says so where something is wrong. */
  readonly offersDegraded?: boolean;
  readonly headers: boolean;
  /** Names of the columns to show, or null for the output's own choice. */
  readonly columns: readonly string[] | null;
  /** Names of the columns of a narrow table, where the columns' own choice is not it. */
  readonly narrow?: readonly string[];
  /** Sleds whose command printed the same share a header; so they do where it is absent. */
  readonly fold?: boolean;
  /** Of what commands printed, only what differs from the commonest is shown of the others. */
  readonly compare?: boolean;
  /** How distributions are grouped and drawn; the default where absent. */
  readonly distributions?: DistributionView;
}

/** What a reader wants of distributions. */
export interface DistributionView {
  /** Words of `--by`; empty is by what is measured, over the whole fleet. */
  readonly by: readonly string[];
  /** People see the sum of all groups below them: nobody asked for these groups, and they may be many. */
  readonly sum?: boolean;
  readonly view: 'pictures' | 'summary' | 'heatmap';
  readonly percentile: 'range' | 'estimate';
  /** Names the groups that depart most from the rest. */
  readonly compare: boolean;
  /** The reader can see characters beyond ASCII. */
  readonly unicode: boolean;
}
