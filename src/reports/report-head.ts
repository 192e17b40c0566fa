import { FleetError } from '../model/error.ts';
import { isObject, type JsonObject } from './json-parts.ts';

const REPORT = /^cruc-fleet\/report\/v(\d+)$/;
const CHECK = /^cruc-fleet\/check\/v(\d+)$/;

/** The newest version of each that is read. */
const VERSION = 1;

/**
 * The object of a report in the text of a file: what `-o json` printed, of `check` the report within. Throws `usage` for
 * what is not a report, and `recording` for one that is damaged or newer; both name the file.
 */
export function reportObject(text: string, name: string): JsonObject {
  const json = parsed(text, name);
  const schema = isObject(json) ? json['schema'] : undefined;
  const [, ofCheck] = CHECK.exec(String(schema)) ?? [];
  if (ofCheck !== undefined) refuseNewer(Number(ofCheck), 'check', name);
  const report = ofCheck === undefined || !isObject(json) ? json : json['report'];
  const [, version] = (isObject(report) ? REPORT.exec(String(report['schema'])) : null) ?? [];
  if (!isObject(report) || version === undefined) {
    if (ofCheck !== undefined) throw damaged(name, 'the check holds no report');
    throw new FleetError(
      'usage',
      `${name} is JSON, and not a report of cruc-fleet; give what a command printed with -o json, or a folder of --record`,
    );
  }
  refuseNewer(Number(version), 'report', name);
  return report;
}

/** Damage to a report: what was found, and what to do. */
export function damaged(name: string, what: string): FleetError {
  return new FleetError(
    'recording',
    `${name} is damaged: ${what}; write it again with -o json, or leave it out`,
  );
}

function parsed(text: string, name: string): unknown {
  if (text.trim() === '') {
    throw damaged(name, 'it is empty: the run that was to write it did not end');
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (isLines(text)) {
      const message = `${name} is JSON in lines, as -o ndjson prints it, and not a report; give what -o json printed, or a folder of --record`;
      throw new FleetError('usage', message);
    }
    if (text.trimStart().startsWith('{')) {
      throw new FleetError('recording', damaged(name, 'it is cut, or not whole JSON').message, { cause });
    }
    const message = `${name} is not JSON; give what a command printed with -o json, or a folder of --record`;
    throw new FleetError('usage', message);
  }
}

function isLines(text: string): boolean {
  const [first = ''] = text.trimStart().split('\n', 1);
  try {
    return isObject(JSON.parse(first));
  } catch {
    return false;
  }
}

function refuseNewer(version: number, what: string, name: string): void {
  if (version <= VERSION) return;
  throw new FleetError(
    'recording',
    `${name} is of version ${version} of ${what}s, and this cruc-fleet reads up to ${VERSION}; use the one that wrote it`,
  );
}
