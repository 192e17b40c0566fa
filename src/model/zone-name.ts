/** The names of Oxide zones in short, and the words before their ids in full. */
const WORDS = [
  ['propolis', 'oxz_propolis-server'],
  ['pantry', 'oxz_crucible_pantry'],
  ['crucible', 'oxz_crucible'],
] as const;

const SHORT = /^(?<word>[a-z]+) (?<id>[0-9a-f]{4,36})$/;
const ID = /^[0-9a-f]{8}(?:[0-9a-f-]{0,28})$/;

/** `propolis 34aa5f9c` for `oxz_propolis-server_34aa5f9c-…`: what tells an Oxide zone from its neighbours. Other names stay whole. */
export function shortZone(zone: string): string {
  const match = /^(?<name>oxz_[a-z_-]+)_(?<id>[0-9a-f]{8})-[0-9a-f-]{27}$/.exec(zone);
  const word = WORDS.find(([, name]) => name === match?.groups?.['name'])?.[0];
  return word === undefined ? zone : `${word} ${match?.groups?.['id'] ?? ''}`;
}

/** `34aa5f9c` for `oxz_propolis-server_34aa5f9c-…`: the shortest name that `--zone` takes. Other names stay whole. */
export function shortestZone(zone: string): string {
  return SHORT.exec(shortZone(zone))?.groups?.['id'] ?? zone;
}

/** `oxz_propolis-server_34aa5f9c` for `propolis 34aa5f9c`, as scripts cut it; any other text as it is. */
export function wholeZone(text: string): string {
  const { word, id } = SHORT.exec(text)?.groups ?? {};
  const name = WORDS.find(([short]) => short === word)?.[1];
  return name === undefined ? text : `${name}_${id ?? ''}`;
}

/** The pattern of zone names that somebody means who writes what a table shows: `propolis d96f6341`, or the id alone. */
export function zonePattern(text: string): string {
  const term = text.trim();
  const { word, id } = SHORT.exec(term.toLowerCase())?.groups ?? {};
  const name = WORDS.find(([short]) => short === word)?.[1];
  if (name !== undefined) return `${name}_${id}*`;
  return ID.test(term.toLowerCase()) ? `*_${term.toLowerCase()}*` : term;
}
