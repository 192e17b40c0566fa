import type { Incident } from '../alert/incident.ts';
import { cut } from '../alert/incident-fold.ts';
import type { FleetReport } from '../model/report.ts';
import { foldSleds } from '../model/sled-fold.ts';

/** How mails name sleds, given their ids. */
export interface SledNames {
  /** `3/BRM42220014 (cubby 14)`. */
  readonly one: (id: string) => string;
  /** `3/[0-14,16-31]`. */
  readonly many: (ids: readonly string[]) => string;
}

/** The names of the sleds of a report; of another one its id is all that is known. */
export function sledNames({ outcomes }: Pick<FleetReport, 'outcomes'>): SledNames {
  const sleds = new Map(outcomes.map(({ sled }) => [sled.id, sled]));
  const one = (id: string) => {
    const cubby = sleds.get(id)?.cubby ?? null;
    return cubby === null ? id : `${id} (cubby ${cubby})`;
  };
  return {
    one,
    many: (ids) => {
      const [only] = ids;
      if (ids.length === 1 && only !== undefined) return one(only);
      const folded = foldSleds(ids.flatMap((id) => sleds.get(id) ?? []));
      return [...(folded === '' ? [] : [folded]), ...ids.filter((id) => !sleds.has(id))].join(' ');
    },
  };
}

/** So many messages of incidents; more would make a mail too long. */
const MAX_MESSAGES = 3;

/** What is wrong, each message once; where those of several sleds differ, with the sleds of each. */
export function messagesOf(incidents: readonly Incident[], { many }: SledNames): readonly string[] {
  const bySled = new Map<string, readonly string[]>();
  for (const { sight, subject } of incidents) {
    const sleds = bySled.get(sight.message) ?? [];
    bySled.set(sight.message, subject.sled === null ? sleds : [...sleds, subject.sled]);
  }
  const messages = [...bySled];
  if (messages.length === 1 || messages.some(([, sleds]) => sleds.length === 0)) return [...bySled.keys()];
  const { items, more } = cut(messages, MAX_MESSAGES);
  return [
    ...items.map(([message, sleds]) => `${many(sleds)}: ${message}`),
    ...(more === 0 ? [] : [`${more} more below`]),
  ];
}
