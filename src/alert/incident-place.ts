/** What kept facts say of an incident, for whoever reads of it: no part of it, and nowhere kept with it. */
export interface IncidentPlace {
  /** Where its downstairs is: `region 3f2b0001, 3/9, disk A0793; 2h old`. */
  readonly where: string | null;
  /** `its service was in maintenance since 02:11:03 (5m old)`. */
  readonly service: string | null;
  /** Names of the disk and of its instance. */
  readonly disk: string | null;
  readonly instance: string | null;
  /** `3/9 pool oxp_…`: what its downstairs shares with other sick ones. */
  readonly cause: string | null;
}

/** By the keys of incidents; those without a place are not there. */
export type IncidentPlaces = ReadonlyMap<string, IncidentPlace>;
