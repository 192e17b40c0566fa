import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activePlaces } from '../../src/model/active-places.ts';
import { PROCESS_EXITED } from '../../src/model/row-note.ts';
import type { Row } from '../../src/model/column.ts';
import { dsState } from '../../src/probes/ds-state.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { stateRow } from '../support/reports.ts';
import { result } from '../support/scripted-transport.ts';

const at = (sled: string, upstairs: number, change: Partial<Row> = {}): Row => ({
  sled,
  ...stateRow(upstairs, ['active', 'active', 'active'], 'ok', change),
});

const places = (rows: readonly Row[]) =>
  [...activePlaces(rows).values()].map((each) => each.map((row) => row['sled']));

describe('the places where an upstairs is active', () => {
  it('are its sleds, one row each, in the order of the rows', () => {
    const rows = [at('3/a', 1), at('3/b', 2), at('3/b', 1, { pid: 7 }), at('4/c', 1)];
    const found = activePlaces(rows);
    expect([...found.keys()]).toEqual([rows[0]!['upstairs_id'], rows[1]!['upstairs_id']]);
    expect(found.get(String(rows[0]!['upstairs_id']))).toEqual([rows[0], rows[2], rows[3]]);
  });

  it('are none of a process that exited within the window, as the source of a live migration does', () => {
    expect(places([at('3/a', 1, { note: PROCESS_EXITED }), at('3/b', 1)])).toEqual([['3/b']]);
    const note = `was active/active/faulted; ${PROCESS_EXITED}`;
    expect(places([at('3/a', 1, { note }), at('3/b', 1, { note: 'was new/new/new' })])).toEqual([['3/b']]);
  });

  it('are one for an upstairs that starts again on its sled within the window', () => {
    const again = at('3/a', 1, { session_id: 'a666a8bd-8a3e-4b10-b9b4-55f4f2a3d7e1' });
    expect(places([at('3/a', 1), again])).toEqual([['3/a']]);
    expect(places([at('3/a', 1, { note: PROCESS_EXITED }), { ...again, pid: 9 }])).toEqual([['3/a']]);
  });

  it('are none where no downstairs is active, and none where the id is not known', () => {
    const states = { ds0: 'deactivated', ds1: 'deactivated', ds2: 'deactivated' };
    expect(places([at('3/a', 1, states), at('3/b', 1)])).toEqual([['3/b']]);
    expect(places([at('3/a', 1, { upstairs_id: null }), at('3/b', 1, { upstairs_id: null })])).toEqual([]);
  });

  it('know an exited process by the note that the probes write', () => {
    const row =
      'oxz_a 7 3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22 c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1 active active active';
    for (const [note, count] of [
      ['', 1],
      ['exited', 0],
      ['was=active/faulted/active,exited', 0],
      ['was=active/faulted/active', 1],
    ] as const) {
      const reading = dsState.read(result(`${row} ${note}\n`), SETTINGS);
      const rows = reading.status === 'answer' ? reading.rows.map((each) => ({ ...each, sled: '3/a' })) : [];
      expect(rows).toHaveLength(1);
      expect(activePlaces(rows).size, note).toBe(count);
    }
  });

  it('are as many as there are sleds with a live, active row, whatever else is there', () => {
    const rows = fc.array(
      fc.record({
        sled: fc.constantFrom('3/a', '3/b', '3/c'),
        upstairs: fc.nat(2),
        note: fc.constantFrom(null, PROCESS_EXITED, 'was new/new/new'),
        state: fc.constantFrom('active', 'faulted'),
      }),
    );
    fc.assert(
      fc.property(rows, (all) => {
        const found = activePlaces(
          all.map(({ sled, upstairs, note, state }) =>
            at(sled, upstairs, { note, ds0: 'faulted', ds1: state, ds2: 'faulted' }),
          ),
        );
        for (const upstairs of [0, 1, 2]) {
          const live = all.filter(
            (each) => each.upstairs === upstairs && each.note !== PROCESS_EXITED && each.state === 'active',
          );
          const id = String(at('', upstairs)['upstairs_id']);
          expect(found.get(id)?.map((row) => row['sled']) ?? []).toEqual([
            ...new Set(live.map((each) => each.sled)),
          ]);
        }
      }),
    );
  });
});
