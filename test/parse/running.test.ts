import { describe, expect, it } from 'vitest';
import { takeOutRunning } from '../../src/parse/running.ts';

const ONE = 'zone=oxz_propolis-server_34aa5f9c pid=763 command=propolis-server';

describe('the lists of running processes', () => {
  it('stand before and after what a script printed, which stays as it was to the byte', () => {
    const script = '\nzone=a pid=1 read_in=3\n\nrunning out of words\n\n';
    const text =
      `running=before ${ONE}\nrunning=before listed=1 login=0\n${script}` +
      `running=after ${ONE}\nrunning=after listed=1 login=1000\n`;
    const process = { zone: 'oxz_propolis-server_34aa5f9c', pid: 763, command: 'propolis-server' };
    expect(takeOutRunning(text)).toEqual({
      rest: script,
      running: { before: [process], after: [process], login: 1000, seesProbes: null, whyNot: null },
    });
  });

  it('are null where a version printed none, whatever else stands there', () => {
    for (const text of ['', '\n', 'zone=a pid=1\n', 'x\nrunning=before listed=0 login=0\ny\n']) {
      expect(takeOutRunning(text)).toEqual({ rest: text, running: null });
    }
  });

  it('are not known where they were cut, or count otherwise than they say', () => {
    const before = `running=before ${ONE}\nrunning=before listed=2 login=0\n`;
    const { rest, running } = takeOutRunning(`${before}rows\nrunning=after ${ONE}\n`);
    expect(rest).toBe('rows\n');
    expect(running).toEqual({ before: null, after: null, login: 0, seesProbes: null, whyNot: null });
    expect(takeOutRunning('running=bef').running).toMatchObject({ before: null, after: null });
  });

  it('say why they could not be made', () => {
    const { running } = takeOutRunning('running=before why=sh: ps: not found\nrunning=after why=no\n');
    expect(running).toEqual({ before: null, after: null, login: null, seesProbes: null, whyNot: 'no' });
  });

  it('hold the empty list of a sled on which nothing of Crucible runs', () => {
    const text = 'running=before listed=0 login=0\nrunning=after listed=0 login=0\n';
    expect(takeOutRunning(text)).toMatchObject({ rest: '', running: { before: [], after: [] } });
  });
});
