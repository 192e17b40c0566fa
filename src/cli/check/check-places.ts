import { ageText } from '../../facts/age.ts';
import { blastRadius } from '../../facts/blast-radius.ts';
import { headingOf } from '../../facts/blast-words.ts';
import type { DownstairsPlace } from '../../facts/place.ts';
import { oldestAge } from '../../facts/place-rows.ts';
import { downstairsKey, seenOfRow } from '../../facts/seen-downstairs.ts';
import { known, type Value } from '../../facts/value.ts';
import type { Incident } from '../../alert/incident.ts';
import type { IncidentPlace, IncidentPlaces } from '../../alert/incident-place.ts';
import type { Row } from '../../model/column.ts';
import type { FleetReport } from '../../model/report.ts';
import type { JoinedFacts } from '../place/joined-facts.ts';

const SHORT_ID = 8;

/** What kept facts say of incidents: their places, and what those of this run's sick downstairs share. */
export function placesOfIncidents(
  { rows }: FleetReport,
  incidents: readonly Incident[],
  { placeOf, ...names }: JoinedFacts,
  now: number,
): IncidentPlaces {
  const radius = blastRadius(rows.flatMap((row) => seenOfRow(row, placeOf(row))));
  const causes = new Map(
    radius.shared.toReversed().flatMap((shared) => {
      const heading = headingOf(shared, names);
      return shared.sick.map((key) => [key, heading] as const);
    }),
  );
  return new Map(
    incidents.flatMap((incident) => {
      const { subject, key } = incident;
      const place = placeOf(rowOf(incident));
      if (subject.upstairsId === null || place === null) return [];
      const index = subject.downstairs;
      const own = index === null ? null : place.downstairs[index];
      const found: IncidentPlace = {
        where: own === null ? null : whereText(own, names.shortNameOf, now),
        service: own === null ? null : serviceText(own.service, now),
        disk: known(place.disk),
        instance: known(place.instance),
        cause:
          index === null
            ? null
            : (causes.get(downstairsKey({ rack: subject.rack, upstairs_id: subject.upstairsId }, index)) ??
              null),
      };
      return Object.values(found).every((each) => each === null) ? [] : [[key, found] as const];
    }),
  );
}

/** What the incident knows of its upstairs, as a row would say it: it may be of an earlier run. */
function rowOf({ subject, sight }: Incident): Row {
  const three = (name: string, values: readonly (string | number | null)[] | undefined): Row =>
    Object.fromEntries([0, 1, 2].map((index) => [`${name}${index}`, values?.[index] ?? null]));
  return {
    upstairs_id: subject.upstairsId,
    session_id: sight.sessionId,
    ...three('ds', sight.states ?? []),
    ...three('replaced_', sight.counters?.replaced),
  };
}

function whereText(place: DownstairsPlace, nameOf: (serial: string) => string, now: number): string | null {
  const { address, region, sled, physicalDisk } = place;
  if ('unknown' in address && address.unknown === 'outdated') return 'its place is outdated';
  const parts = [
    textOf(region, (id) => `region ${id.slice(0, SHORT_ID)}`),
    textOf(sled, nameOf),
    textOf(physicalDisk, (serial) => `disk ${serial}`),
  ].filter((part) => part !== null);
  const age = oldestAge([region, sled, physicalDisk], now);
  return parts.length === 0 ? null : `${parts.join(', ')}${age === null ? '' : `; ${age}`}`;
}

function textOf(value: Value<string>, show: (known: string) => string): string | null {
  return 'value' in value ? show(value.value) : null;
}

/** It is of the time of its source: nobody asked it now. */
function serviceText(service: Value<string>, now: number): string | null {
  if (!('value' in service)) return null;
  const [origin] = service.from;
  const state = service.value.replace(/^maintenance\b/, 'in maintenance');
  return `its service was ${state}${origin === undefined ? '' : ` (${ageText(origin, now)})`}`;
}
