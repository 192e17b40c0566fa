import { describe, expect, it } from 'vitest';
import { csvRecord } from '../../src/drawing/csv-record.ts';

describe('a record of CSV', () => {
  it.each([
    ['=cmd|"/c calc"!A1', `"'=cmd|""/c calc""!A1"`],
    ['+1+1', "'+1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['-x', "'-x"],
    ['\t=1', "'\t=1"],
  ])('makes no formula of the text %j', (text, written) => {
    expect(csvRecord([text])).toBe(`${written}\r\n`);
  });

  it.each([['-12'], ['+7'], ['-1.5e3'], ['-'], ['='], ['a=b'], ['oxz_propolis-server_1']])(
    'leaves %j as it is',
    (text) => {
      expect(csvRecord([text, -5, null])).toBe(`${text},-5,\r\n`);
    },
  );

  it('shows no invisible character', () => {
    expect(csvRecord(['a\u200bb\u202ec\u009bd\ufeff'])).toBe('a?b?c?d?\r\n');
  });
});
