/** A page of the manual, as data of a command's help. */
export interface ManualPage {
  /** `cruc-fleet-ds-state`: its name in man(1), and of its file. */
  readonly name: string;
  /** `cruc-fleet ds-state`: what is typed. */
  readonly command: string;
  readonly summary: string;
  readonly arguments: readonly ManualArgument[];
  readonly takesOptions: boolean;
  /** Paragraphs, parted by empty lines; indented lines stay as they are. */
  readonly description: string;
  readonly argumentHelp: readonly ManualTerm[];
  readonly optionGroups: readonly { readonly heading: string; readonly options: readonly ManualOption[] }[];
  /** What the help says behind the options, as the description is written; `Heading:` alone on a line begins a part. */
  readonly more: string;
  /** Commands in it, each with a page of its own. */
  readonly commands: readonly (ManualTerm & { readonly page: string })[];
  readonly seeAlso: readonly string[];
}

export interface ManualTerm {
  readonly term: string;
  readonly help: string;
}

export interface ManualArgument {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isRest: boolean;
}

export interface ManualOption {
  /** `-r` and `--rack`. */
  readonly names: readonly string[];
  /** `<ids>`, without its brackets; null where it takes none. */
  readonly value: string | null;
  readonly isValueOptional: boolean;
  readonly help: string;
}
