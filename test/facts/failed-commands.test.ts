import { describe, expect, it } from 'vitest';
import { failedCommandsTexts } from '../../src/facts/failed-commands.ts';

describe('commands of a sled that failed', () => {
  it('are one sentence where none of them is there', () => {
    expect(failedCommandsTexts(['pool 127', 'disk 127', 'service:oxz_a 127', 'service:oxz_b 127'])).toEqual([
      'not known, since a command was not found there (status 127): its pools (zpool list), its physical disks (diskinfo), services (svcs) of 2 zones of Crucible',
    ]);
    expect(failedCommandsTexts(['service:oxz_a 127'])[0]).toMatch(/services \(svcs\) of a zone of Crucible$/);
  });

  it('name the zones where they are few', () => {
    expect(failedCommandsTexts(['connection:oxz_a 1', 'connection:oxz_b 1'])).toEqual([
      'not known, since a command ended with status 1: connections (zlogin netstat) of oxz_a and oxz_b',
    ]);
    const many = Array.from({ length: 9 }, (_, n) => `service:oxz_${n} 1`);
    expect(failedCommandsTexts(many)[0]).toMatch(/services \(svcs\) of 9 zones of Crucible$/);
  });

  it('are apart by their status, and words that nobody knows stand as they came', () => {
    expect(failedCommandsTexts(['pool 1', 'zone 127', 'moon'])).toEqual([
      'not known, since a command ended with status 1: its pools (zpool list)',
      'not known, since a command was not found there (status 127): its zones (zoneadm list)',
      'not known, since a command ended with status ?: moon',
    ]);
    expect(failedCommandsTexts([])).toEqual([]);
  });
});
