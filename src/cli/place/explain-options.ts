import type { FactFilterOptions } from '../options/fact-filter-options.ts';
import type { OutputOptions } from '../options/output-options.ts';
import type { HistoryOptions } from '../history/open-history.ts';
import type { PlaceOptions } from './named-places.ts';

export type ExplainOptions = PlaceOptions &
  OutputOptions &
  HistoryOptions &
  FactFilterOptions & { readonly trace: boolean };
