import { ERROR_CODES, FleetError, type ErrorCode } from '../model/error.ts';
import { NO_HOST, type Sled } from '../model/sled.ts';
import type { SledOutcome } from '../model/report.ts';
import type { SledName, SledSight } from './picture.ts';

/** A sled by its names alone. */
function knownSled(id: string, { serial, cubby }: SledName): Sled {
  const at = id.lastIndexOf('/');
  return { id, rack: id.slice(0, at), name: id.slice(at + 1), serial, cubby, labels: {}, host: NO_HOST };
}

/** Whether somebody who writes `3/14`, a name or a serial means this sled. */
export function isSledCalled(text: string, id: string, { serial, cubby }: SledName): boolean {
  const at = id.lastIndexOf('/');
  const [rack, name] = [id.slice(0, at), id.slice(at + 1)];
  return [id, name, serial, cubby === null ? null : `${rack}/${cubby}`].includes(text);
}

/** How a sled was seen, as a report says it. `when` says at which look. */
export function outcomeOfSight(id: string, sight: SledSight & SledName, when: string): SledOutcome {
  const sled = knownSled(id, sight);
  const why = sight.why ?? 'unknown';
  if (sight.seen === 'nothing') {
    const error = new FleetError(codeOf(why), `not seen ${when} (${why})`);
    return { status: 'failed', sled, elapsedMs: 0, stage: 'run', error };
  }
  const issues =
    sight.seen === 'whole' ? [] : [{ code: 'cut' as const, message: `partial answer ${when} (${why})` }];
  return {
    status: 'answered',
    sled,
    elapsedMs: 0,
    via: null,
    rows: [],
    distributions: [],
    text: '',
    issues,
    warnings: [],
  };
}

function codeOf(why: string): ErrorCode {
  return ERROR_CODES.find((code) => code === why) ?? 'not_tried';
}
