import type { Reader, Value } from './yaml-reader.ts';

/** A part of a YAML file that is read by another room than the rest, with what it takes to say where things stand. */
export interface Section {
  /** As messages name it. */
  readonly file: string;
  /** The folder that relative paths start from. */
  readonly baseDir: string;
  /** Of the whole file. Whoever reads the section adds to problems of their own. */
  readonly reader: Reader;
  readonly value: Value;
}
