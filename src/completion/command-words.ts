/** What the sleds, the last run or the file system say at the moment when it is asked for. */
export type LiveKind = 'racks' | 'sleds' | 'labels' | 'zones';

/** Where the values of an option or argument come from. */
export type ValueWords =
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  /** Those of the first argument that was typed, such as the columns of a probe. */
  | { readonly kind: 'by_argument'; readonly words: Readonly<Record<string, readonly Word[]>> }
  | { readonly kind: 'live'; readonly live: LiveKind }
  | { readonly kind: 'files' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'commands' };

/** What a shell offers: a word, and what it means. */
export interface Word {
  readonly word: string;
  readonly help: string;
}

export interface OptionWords {
  /** `-r` and `--rack`, or one of them. */
  readonly names: readonly string[];
  readonly help: string;
  /** Null: it takes no value. */
  readonly value: ValueWords | null;
  /** Its value is a list with commas. */
  readonly isList: boolean;
}

export interface ArgumentWords {
  readonly value: ValueWords | null;
  /** It takes all words from here on. */
  readonly isRest: boolean;
}

/** A command as its help has it, and the commands in it. */
export interface CommandWords {
  readonly name: string;
  readonly help: string;
  readonly options: readonly OptionWords[];
  readonly arguments: readonly ArgumentWords[];
  readonly commands: readonly CommandWords[];
}
