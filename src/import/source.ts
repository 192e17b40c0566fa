import type { SourceReading } from './seen-sled.ts';

/** One kind of text that tells of sleds: all that is known of it. */
export interface Source {
  /** One line for help: which command or file it is. */
  readonly help: string;
  /** What a person finds it by: its headings or keys. */
  readonly looks: string;
  /** Whether a text is one, by what no other kind has. */
  readonly recognises: (text: string) => boolean;
  /** Never throws; a text of another kind gives no sleds. */
  readonly read: (text: string) => SourceReading;
}
