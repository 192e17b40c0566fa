import path from 'node:path';
import { describeError, FleetError } from '../model/error.ts';
import { lineFinder, problemLines, type Problem } from '../yaml/problem.ts';
import type { Section } from '../yaml/section.ts';
import { findFile, readText, type FilePlaces, type SoughtKind } from '../yaml/text-file.ts';
import { wholeVersion } from '../yaml/text-schema.ts';
import { missing, read, readKnown, readYaml, report, type Reader, type Value } from '../yaml/yaml-reader.ts';
import type { ConfigProblem } from './config-problem.ts';

const CONFIG: SoughtKind = {
  code: 'configuration',
  noun: 'configuration',
  oneOfIt: 'a configuration of check',
  fileName: 'cruc-fleet.yaml',
  remedy: 'docs/alerting.md shows one',
  option: '--config',
  variable: 'CRUC_FLEET_CONFIG',
};

export interface ConfigFile {
  /** The section `check:`, where there is one to be read. */
  readonly section: Section | null;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Finds and opens `cruc-fleet.yaml`: `--config`, else `$CRUC_FLEET_CONFIG`, else in the current folder, else in
 * `cruc-fleet` of `$XDG_CONFIG_HOME` (`~/.config`). There need be none, unless it was named.
 */
export async function openConfigFile(places: FilePlaces): Promise<ConfigFile> {
  try {
    const file = await findFile(CONFIG, places);
    if (file === null) return { section: null, problems: [] };
    return parseConfig(await readText(CONFIG, file), file);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    const from = places.explicit === '' ? 'command line' : 'file';
    return { section: null, problems: [{ line: describeError(error), from }] };
  }
}

function parseConfig(text: string, file: string): ConfigFile {
  const clean = text.replace(/^\uFEFF/, '');
  const problems: Problem[] = [];
  const lineAndColumn = lineFinder(clean);
  const yaml = readYaml(clean, problems, lineAndColumn);
  const check = yaml === null ? null : readFile(yaml.reader, yaml.top);
  const lines = problemLines(file, lineAndColumn, problems);
  return {
    section:
      yaml === null || check === null
        ? null
        : { file, baseDir: path.dirname(file), reader: yaml.reader, value: check },
    problems: lines.map((line) => ({ line, from: 'file' })),
  };
}

function readFile(reader: Reader, top: Value): Value | null {
  if (top.node === null) {
    report(reader, top.place, 'found an empty file, allowed is a configuration with version and check');
    return null;
  }
  const values = readKnown(reader, top, ['version', 'check'], 'a configuration with version and check');
  if (values === null) return null;
  const version = read(reader, values.get('version') ?? missing(top, 'version'), wholeVersion);
  // Another version has other keys: every one of them would be an error.
  if (version === undefined && values.has('version')) return null;
  return values.get('check') ?? null;
}
