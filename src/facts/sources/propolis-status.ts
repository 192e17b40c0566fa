import { isJsonObject, type JsonObject, type JsonValue } from '../../parse/json-lines.ts';
import { listAt, objectAt, objectsOf } from '../../pasted/json-objects.ts';
import type { Three } from '../fact.ts';
import type { FactReading, FactSource } from '../source.ts';
import { countIn, endpointIn, endpointText, textIn, uuidIn } from '../values.ts';
import { diskWritten, ofDisk, type VolumeUpstairs } from './volume-upstairs.ts';

/** The status of a disk that the HTTP server of its VM gives: targets in index order. It has no key. */
export const propolisStatus: FactSource = {
  help: "the HTTP status of a disk by its VM's propolis-server: targets, regions and states in index order",
  looks: 'JSON with volume_info',
  recognises: (text) => objectsOf(text).objects.some((object) => 'volume_info' in object),
  read: (text) => {
    const { objects, doubts } = objectsOf(text);
    const readings = objects.filter((object) => 'volume_info' in object).map((object) => readStatus(object));
    return {
      facts: readings.flatMap(({ facts }) => facts),
      issues: [...doubts, ...readings.flatMap(({ issues }) => issues)],
    };
  },
};

/** Reads one answer. `disk` is the one that was asked for; without it, the upstairs that writes names it. */
export function readStatus(answer: JsonObject, disk: string | null = null): FactReading {
  const volume = objectAt(answer, 'volume_info');
  const all = [...upstairsIn(volume, false)].map(({ upstairs, isParent }) =>
    readUpstairs(upstairs, isParent),
  );
  const found = all.flatMap((each) => (each === null ? [] : [each]));
  return {
    facts: ofDisk(found, disk ?? diskWritten(found)),
    issues: all.includes(null) ? ['an upstairs in it has other than three targets, or no id'] : [],
  };
}

interface Within {
  readonly upstairs: JsonObject;
  readonly isParent: boolean;
}

/** Every value is an object with its kind as its one key: `volume` with sub volumes and a parent, or `upstairs`. */
function upstairsIn(info: JsonObject, isParent: boolean): readonly Within[] {
  const { upstairs, volume } = info;
  if (isJsonObject(upstairs)) return [{ upstairs, isParent }];
  if (!isJsonObject(volume)) return [];
  const parent = volume['read_only_parent'];
  return [
    ...(listAt(volume, 'sub_volumes') ?? []).flatMap((each) => upstairsIn(each, isParent)),
    ...(isJsonObject(parent) ? upstairsIn(parent, true) : []),
  ];
}

function readUpstairs(upstairs: JsonObject, isParent: boolean): VolumeUpstairs | null {
  const id = uuidIn(upstairs['upstairs_id']);
  const [a, b, c, more] = (listAt(upstairs, 'targets') ?? []).map((target) => {
    const endpoint = endpointIn(target['target_addr']);
    return { target, address: endpoint === null ? null : endpointText(endpoint) };
  });
  if (id === null || !a || !b || !c || more !== undefined) return null;
  const three = [a, b, c] as const;
  return {
    fact: {
      kind: 'upstairs',
      id,
      disk: null,
      isParent,
      extents: null,
      generation: countIn(upstairs['generation']),
      targets: mapThree(three, ({ address }) => address),
      session: uuidIn(upstairs['session_id']),
      regions: mapThree(three, ({ target }) => regionIn(target)),
      states: mapThree(three, ({ target }) => stateIn(target['state'])),
      replaced: null,
    },
    isReadOnly: upstairs['read_only'] === true,
  };
}

function mapThree<A, B>([a, b, c]: Three<A>, map: (each: A) => B): [B, B, B] {
  return [map(a), map(b), map(c)];
}

/** After a replacement it is the old region's until the new one has negotiated, while the address is already the new one's. */
function regionIn(target: JsonObject): string | null {
  const { mode } = objectAt(target, 'state');
  return mode === 'replaced' ? null : uuidIn(target['region_id']);
}

/** `active`, or `connecting negotiating faulted`: what it is, its step and why. */
function stateIn(state: JsonValue | undefined): string | null {
  if (!isJsonObject(state)) return textIn(state);
  const words = [state['type'], state['state'], state['mode']].filter((word) => typeof word === 'string');
  return words.length === 0 ? null : words.join(' ');
}
