import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withOpensshRack } from '../support/openssh-rack.ts';
import { requireSshd } from '../support/openssh-server.ts';
import { placesOf } from '../support/programs.ts';
import { PATIENCE } from '../support/patience.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
/** A bug from outside. */
const THROWER = fileURLToPath(new URL('support/throw-on-signal.mjs', import.meta.url));
const reason = requireSshd() ?? (placesOf(['tmux']).has('tmux') ? null : 'there is no tmux');

/** The built program in a real terminal, and a sled behind real OpenSSH. */
describe.skipIf(reason !== null)(
  `watch in a terminal over OpenSSH${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const openssh = withOpensshRack({
      sledsPerRack: 1,
      propolisPerSled: 1,
      ioRate: 0,
      seed: 8,
      time: 'real',
    });
    const socket = `cruc-fleet-watch-${process.pid}`;
    const tmux = (...words: readonly string[]): string =>
      spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...words], { encoding: 'utf8' }).stdout;
    const screen = () => tmux('capture-pane', '-p');
    const shows = async (what: RegExp) => await vi.waitFor(() => expect(screen()).toMatch(what), PATIENCE);
    const tracing = () => openssh.rack.simulation.tracing('3/0');

    /** Starts a watch in the terminal, and gives its process once it shows the sled. */
    async function start(): Promise<number> {
      tmux('send-keys', `clear; sh ${join(openssh.rack.folder, 'go')}`, 'Enter');
      await shows(/1 of 1 sleds live; \d+ ok/);
      const pid = Number(/watch is (\d+)/.exec(tmux('show-buffer'))?.[1]);
      expect(pid).toBeGreaterThan(1);
      return pid;
    }

    /** The terminal is as it was: its own screen, a cursor, and a shell that echoes what is typed. */
    async function isGivenBack(status: number): Promise<void> {
      await shows(new RegExp(`status ${status}\\n`));
      expect(tmux('display-message', '-p', '#{alternate_on} #{cursor_flag} #{wrap_flag}').trim()).toBe(
        '0 1 1',
      );
      tmux('send-keys', 'echo typed-$((40+2))', 'Enter');
      await shows(/echo typed-\$[^]*typed-42/);
    }

    beforeAll(() => {
      const go = [
        `sh -c 'tmux -L ${socket} set-buffer "watch is $$"; exec "$@"' sh '${process.execPath}' --import '${THROWER}' '${BIN}' watch -i '${join(openssh.rack.folder, 'openssh.yaml')}' -q`,
        'echo "status $?"',
      ];
      writeFileSync(join(openssh.rack.folder, 'go'), `${go.join('\n')}\n`);
      tmux('new-session', '-d', '-x', '80', '-y', '24', 'exec env PS1= LC_ALL=C.UTF-8 sh');
      tmux('set', '-g', 'status', 'off');
    });

    afterAll(() => void tmux('kill-server'));

    it('shows a sled whose connection was cut as lost, and watches it again when it is back', async () => {
      const pid = await start();
      await openssh.stopSled(0);
      await shows(/0 of 1 sleds live, 1 LOST; \d+ stale[^]*LOST for/);
      await openssh.startSled(0);
      openssh.trust();
      await shows(/1 of 1 sleds live; \d+ ok/);
      tmux('resize-window', '-x', '120', '-y', '40');
      await vi.waitFor(() => expect(screen().split('\n')[39]).toMatch(/\? help/), PATIENCE);
      tmux('resize-window', '-x', '80', '-y', '24');
      await vi.waitFor(() => expect(screen().split('\n')[23]).toMatch(/\? help/), PATIENCE);
      process.kill(pid, 'SIGTERM');
      await isGivenBack(130);
      await vi.waitFor(() => expect(tracing()).toBe(0), PATIENCE);
    }, 120_000);

    it('gives the terminal back after a bug in a timer, and then says which', async () => {
      process.kill(await start(), 'SIGUSR2');
      await isGivenBack(70);
      expect(screen()).toMatch(
        /cruc-fleet: a bug in cruc-fleet; please report[^]*TypeError: thrown in a timer\n +at /,
      );
      await vi.waitFor(() => expect(tracing()).toBe(0), PATIENCE);
    }, 120_000);

    it('keeps what a run had heard when its terminal goes away, and ends by itself', async () => {
      const { folder } = openssh.rack;
      const [to, ended] = [join(folder, 'hung-up'), join(folder, 'hung-up-status')];
      const words = ['run', 'upstairs_info', '-w', '60s', '-i', join(folder, 'openssh.yaml'), '--record', to];
      const line = [process.execPath, BIN, ...words].map((word) => `'${word}'`).join(' ');
      // The shell outlives its terminal, to tell how the run ended.
      tmux('new-window', `trap '' HUP; ${line}; echo $? >'${ended}.new'; mv '${ended}.new' '${ended}'`);
      await vi.waitFor(() => expect(screen()).toMatch(/1 of 1 sleds live[^]*ACT\/ACT\/ACT/), PATIENCE);
      tmux('kill-window');
      await vi.waitFor(() => expect(existsSync(ended)).toBe(true), PATIENCE);
      expect(readFileSync(ended, 'utf8')).toBe('130\n');
      const replayed = spawnSync(process.execPath, [BIN, 'replay', to], { encoding: 'utf8' });
      expect(replayed.stdout).toMatch(
        /partial answer from .* interrupted after [^:]*: this is what had\s+arrived/,
      );
      await vi.waitFor(() => expect(tracing()).toBe(0), PATIENCE);
    }, 120_000);

    it('gives the terminal back after Ctrl-C, and leaves nothing on the sled, also when it is killed', async () => {
      await start();
      tmux('send-keys', 'C-c');
      await isGivenBack(0);
      await vi.waitFor(() => expect(tracing()).toBe(0), PATIENCE);
      const pid = await start();
      process.kill(pid, 'SIGKILL');
      await vi.waitFor(() => expect(tracing()).toBe(0), PATIENCE);
    }, 120_000);
  },
);
