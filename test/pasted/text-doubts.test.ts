import { describe, expect, it } from 'vitest';
import { piecesOf } from '../../src/pasted/pasted-pieces.ts';
import { plainText } from '../../src/pasted/plain-text.ts';

function pieceOf(text: string, names: readonly string[] = []) {
  return piecesOf([{ where: 'in.txt', name: 'in', text }], names, null)[0]!;
}

const ROW = 'oxz_a 7 ACT ACT ACT\n';

describe('a text without headings', () => {
  it('is not for sure of one sled where its prompts are of two', () => {
    const text = `root@BRM42220014:~# x\n${ROW}root@BRM42220036:~# x\n${ROW}`;
    expect(pieceOf(text, ['3/14']).issues).toEqual([
      {
        code: 'warning',
        message: expect.stringMatching(/^it names 2 sleds \(BRM42220014, BRM42220036\)/),
      },
    ]);
  });

  it('is not for sure of one sled where lines follow the prompts of two hosts', () => {
    const text = `root@sled14:~# x\n${ROW}root@sled16:~# x\n${ROW}`;
    expect(pieceOf(text, ['3/14']).issues).toEqual([
      {
        code: 'warning',
        message: expect.stringMatching(/stand behind commands on 2 hosts \(sled14, sled16\)/),
      },
    ]);
    expect(pieceOf(`kim@bastion:~$ ssh root@sled14\nroot@sled14:~# x\n${ROW}`, ['3/14']).issues).toEqual([]);
  });

  it('is doubted where its prompt is of another sled than --sled names', () => {
    const text = `root@BRM42220014:~# x\n${ROW}`;
    expect(pieceOf(text, ['BRM42220036']).notes).toEqual([
      'it names BRM42220014, and --sled names pasted/BRM42220036',
    ]);
    expect(pieceOf(text, ['BRM42220014']).notes).toEqual([]);
    expect(pieceOf(text, ['3/14']).notes).toEqual([]);
    expect(pieceOf(text).notes).toEqual([]);
    expect(pieceOf(`BRM42220051-switch # x\n${ROW}`, ['BRM42220036']).notes).toEqual([]);
  });

  it('is of one of two sleds where its file has the serial of another', () => {
    const [piece] = piecesOf(
      [{ where: 'x', name: 'BRM42220036', text: `root@BRM42220014:~# x\n${ROW}` }],
      [],
      null,
    );
    expect(piece!.issues).toEqual([
      {
        code: 'contradiction',
        message: expect.stringMatching(/names BRM42220014, .* BRM42220036: .* either$/),
      },
    ]);
  });

  it.each([
    ['commands of ssh', '$ ssh root@BRM42220014 x', '$ ssh root@BRM42220036 x'],
    ['a loop', '$ for s in BRM42220014 BRM42220036; do ssh root@$s x; done', ''],
    [
      'a session that ended',
      '',
      `Connection to BRM42220014 closed.\n${ROW}Connection to BRM42220036 closed.`,
    ],
    ['records', '{"host":"BRM42220014","status":{}}', '{"host":"BRM42220036","status":{}}'],
    ['watch', 'Every 2.0s: x   BRM42220014: Sat Nov 28 1', 'Every 2.0s: x   BRM42220036: Sat Nov 28 1'],
  ])('is not for sure of one sled where %s names two', (_, first, second) => {
    expect(pieceOf(plainText(`${first}\n${ROW}${second}\n${ROW}`), ['3/14']).issues).toEqual([
      { code: 'warning', message: expect.stringMatching(/^it names 2 sleds \(BRM42220014, BRM42220036\)/) },
    ]);
  });

  it.each([
    ['commands of ssh', 'kim@bastion:~$ ssh -p 22 root@sled14 x', 'kim@bastion:~$ ssh -tt sled16 x'],
    ['prompts of zsh', 'root@sled14 ~ % x', 'root@sled16 ~ % x'],
    ['watch', 'Every 2.0s: x   sled14: Sat Nov 28 10:00:00', 'Every 2.0s: x   sled16: Sat Nov  8 10:00:00'],
  ])('is not for sure of one sled where its lines follow %s of two hosts', (_, first, second) => {
    const issuesOf = (text: string) => pieceOf(plainText(text), ['3/14']).issues;
    expect(issuesOf(`${first}\n${ROW}${second}\n${ROW}`)).toEqual([
      { code: 'warning', message: expect.stringMatching(/commands on 2 hosts \(sled14, sled16\)/) },
    ]);
    expect(issuesOf(`${first}\n${ROW}${first}\n${ROW}`)).toEqual([]);
  });

  it('is not for sure of one sled where sessions on two hosts ended, of which no prompt tells', () => {
    const ended = (host: string) => `Connection to ${host} closed.\n`;
    const text = `${ROW}${ended('sled14')}${ROW}${ended('sled16')}`;
    expect(pieceOf(plainText(text), ['3/14']).issues).toHaveLength(1);
    const login = `kim@bastion:~$ ssh 10.0.0.1\nroot@sled14:~# x\n${ROW}${ended('10.0.0.1')}`;
    expect(pieceOf(plainText(login), ['3/14']).issues).toEqual([]);
  });

  it('is not for sure of one sled where a heading of one could not be read', () => {
    expect(pieceOf(` 9  brm44220005        ok: x\n${ROW}`).issues).toEqual([
      {
        code: 'warning',
        message: expect.stringMatching(/^what looks like the heading of a sled could not be read/),
      },
    ]);
    for (const line of ['### sled 16', '== 16', 'sled16:', '--- cubby 3 ---']) {
      expect(pieceOf(`${line}\n${ROW}`, ['3/14']).issues).toHaveLength(1);
    }
    expect(pieceOf(`dtrace: error: x\n${ROW}`).issues).toEqual([]);
  });
});

describe('a serial alone on a line', () => {
  it('names the sled of what follows', () => {
    const pieces = piecesOf(
      [{ where: 'in.txt', name: 'in', text: `BRM42220014\n${ROW}BRM42220036\n${ROW}` }],
      [],
      null,
    );
    expect(pieces.map(({ sled, text }) => [sled.id, text])).toEqual([
      ['pasted/BRM42220014', ROW],
      ['pasted/BRM42220036', ROW],
    ]);
  });

  it('is what `hostname` printed where --sled names the sled', () => {
    expect(pieceOf(`BRM42220014\n${ROW}`, ['3/BRM42220014'])).toMatchObject({
      sled: { id: '3/BRM42220014' },
      text: ROW,
    });
  });

  it('behind its rows leaves it open whose they are', () => {
    const text = `${ROW}BRM42220014\n${ROW}BRM42220036\n`;
    expect(piecesOf([{ where: 'in.txt', name: 'in', text }], [], null)).toMatchObject([
      { sled: { id: 'pasted/in' }, issues: [{ message: expect.stringMatching(/^it names 2 sleds/) }] },
    ]);
  });

  it('is what `hostname` printed below a heading of a tool, before and behind the rows', () => {
    const text = `sled 3/0\n${ROW}BRM42220000\n\nsled 3/1\nBRM42220001\n${ROW}\nrack 3: 2 of 2 sleds answered; 1 s\n`;
    const pieces = piecesOf([{ where: 'in.txt', name: 'in', text }], [], null);
    expect(pieces.map(({ sled, text: own }) => [sled.id, sled.cubby, own.trim()])).toEqual([
      ['3/sled0', 0, ROW.trim()],
      ['3/sled1', 1, ROW.trim()],
    ]);
  });

  it('of two sleds is not overruled by --sled', () => {
    expect(() => pieceOf(`BRM42220014\n${ROW}BRM42220036\n${ROW}`, ['3/14'])).toThrow(
      /--sled names 1 sled, and 0 texts/,
    );
  });
});
