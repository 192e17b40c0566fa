import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../support/run-program.ts';

const DISKS = `ID                                   SIZE   TYPE     STATE    NAME     ATTACHED_TO
6e373006-c78f-4aca-a542-e19acd6f616e 10 GiB crucible attached disk-1-0 d6231006-9136-4a86-b5d9-7a0197c6d04b
`;
const SLEDS = `SERIAL      IP                           ROLE     POLICY      STATE  ID
BRM42220003 [fd00:1122:3344:103::1]:12345 scrimlet in service  active 0c7011f7-a4bf-4daf-90cc-1c2410103300
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-facts-import-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return name;
};
const importing = async (state: string, ...files: readonly string[]) =>
  await run(['facts', 'import', ...files], {
    cwd: folder,
    env: { XDG_STATE_HOME: join(folder, state) },
  });

describe('facts import', () => {
  it.each([
    ['a binary file', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]), 'is not text but a binary file'],
    [
      'an ssh configuration',
      'Host sled3\n  HostName fd00:1122:3344:103::1\n  User root\n',
      'is ssh-config, which tells where sleds are: cruc-fleet inventory import reads it',
    ],
    ['half of JSON', '{"items": [{"id": ', 'it looks like JSON that was cut: its end is missing'],
  ])('says of %s what it is, and keeps nothing of any file', async (_, content, says) => {
    const { status, stderr } = await importing('none', file('good.txt', DISKS), file('bad', content));
    expect(status).toBe(64);
    expect(stderr).toMatch(/^cruc-fleet: bad is /);
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/; nothing is kept\n$/);
    const listed = await run(['facts', 'list'], { env: { XDG_STATE_HOME: join(folder, 'none') } });
    expect(listed.stderr).toContain('no facts are kept');
  });

  it('warns where exports are of different times, also of one that was kept before', async () => {
    const old = file('sleds.txt', SLEDS);
    const before = (Date.now() - 3 * 86_400_000) / 1000;
    utimesSync(join(folder, old), before, before);
    expect((await importing('apart', old)).stderr).not.toContain('different times');
    const { status, stderr } = await importing('apart', file('disks.txt', DISKS));
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^warning: exports of different times are kept, the newest disks-list \(file of \d+s ago\), the oldest sleds \(file of 3d ago\)/m,
    );
  });

  it('takes a table with what omdb says on standard error among it', async () => {
    const noise = 'note: database schema version matches expected (109.0.0)\n';
    const { status, stderr } = await importing('noise', file('mixed.txt', `${noise}${DISKS}`));
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(/: disks-list, \d+ facts?, file of \d+s ago\n$/),
    ]);
  });
});
