import { isJsonObject, type JsonObject, type JsonValue } from '../../parse/json-lines.ts';
import { listAt, objectAt, objectsOf } from '../../pasted/json-objects.ts';
import type { FactReading, FactSource } from '../source.ts';
import { countIn, endpointIn, endpointText, uuidIn } from '../values.ts';
import { emptyDisk } from './printed-vcr.ts';
import { diskWritten, ofDisk, type VolumeUpstairs } from './volume-upstairs.ts';

/**
 * A volume construction request. It holds the disk's key: it is read field by field, and nothing of its text is quoted,
 * kept or said.
 */
export const vcr: FactSource = {
  help: 'a volume construction request as JSON: targets of a disk; the key in it is never kept, nor anything but ids',
  looks: 'JSON with the type volume, and sub_volumes',
  recognises: (text) => objectsOf(text).objects.some(isRequest),
  read: (text) => {
    const { objects, doubts } = objectsOf(text);
    const readings = objects.filter(isRequest).map(readRequest);
    return {
      facts: readings.flatMap(({ facts }) => facts),
      // Their own words would quote lines, in which a key may stand.
      issues: [
        ...readings.flatMap(({ issues }) => issues),
        ...(doubts.length === 0 ? [] : ['a part of it is not whole JSON, so it was cut']),
      ],
    };
  },
};

function isRequest(object: JsonObject): boolean {
  return object['type'] === 'volume' && Array.isArray(object['sub_volumes']);
}

function readRequest(request: JsonObject): FactReading {
  const parent = request['read_only_parent'];
  const hasParent = isJsonObject(parent);
  const own = regionsIn(request, false);
  const all = [...own, ...(hasParent ? regionsIn(parent, true) : [])];
  const read = all.map((each) => readRegion(each.region, each.isParent));
  const upstairs = read.flatMap((each) => (each === null || each === 'stand-in' ? [] : [each]));
  const disk = diskWritten(upstairs);
  const issues = read.includes(null) ? ['a region of it has other than three targets, or no id'] : [];
  return {
    facts: [...(disk === null ? [] : [{ ...emptyDisk(disk), hasParent }]), ...ofDisk(upstairs, disk)],
    issues,
  };
}

interface Within {
  readonly region: JsonObject;
  readonly isParent: boolean;
}

/** The regions of a request, those of its parents too. It is nested no deeper than JSON that we read. */
function regionsIn(request: JsonObject, isParent: boolean): readonly Within[] {
  if (request['type'] === 'region') return [{ region: request, isParent }];
  const parent = request['read_only_parent'];
  return [
    ...(listAt(request, 'sub_volumes') ?? []).flatMap((each) => regionsIn(each, isParent)),
    ...(isParent && isJsonObject(parent) ? regionsIn(parent, true) : []),
  ];
}

function readRegion(region: JsonObject, isParent: boolean): VolumeUpstairs | 'stand-in' | null {
  const options = objectAt(region, 'opts');
  const extents = countIn(region['extent_count']);
  const id = uuidIn(options['id']);
  const given: JsonValue = options['target'] ?? null;
  const targets = Array.isArray(given) ? given.map((each: JsonValue) => endpointIn(each)) : [];
  // A replacement leaves one behind for the old region.
  if (extents === 0) return 'stand-in';
  const [a, b, c, more] = targets;
  if (id === null || !a || !b || !c || more !== undefined) return null;
  return {
    fact: {
      kind: 'upstairs',
      id,
      disk: null,
      isParent,
      extents,
      generation: countIn(region['gen']),
      targets: [endpointText(a), endpointText(b), endpointText(c)],
      session: null,
      regions: [null, null, null],
      states: [null, null, null],
      replaced: null,
    },
    isReadOnly: options['read_only'] === true,
  };
}
