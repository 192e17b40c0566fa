import type { Clause } from './d-program.ts';

/**
 * Reads which volume fired and whether it is wanted: a global `only` is the UUID, or "" or "0" for all. A firing
 * without a UUID is `-`, or is not wanted where `needed`.
 */
export function readVolumeClause(probes: readonly string[], without: 'or no UUID' | 'needed'): Clause {
  const wanted = '(only == "" || only == "0" || this->volume == only)';
  return {
    probes,
    body: [
      '/* A fault ends a clause, not the firing: another volume may not be left over. */',
      'this->wanted = 0;',
      'this->value = json(copyinstr(arg1), "ok");',
      'this->volume = this->value != NULL ? this->value : "-";',
      without === 'needed'
        ? `this->wanted = this->value != NULL && ${wanted};`
        : `this->wanted = ${wanted.slice(1, -1)};`,
    ],
  };
}
