import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { PATIENCE } from '../support/patience.ts';
import { warmSledsOf } from '../support/warm-sled.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
/** A simulated rack for pictures, always the same one, and a folder for what commands keep. */
export interface PictureRack {
  readonly folder: string;
  stop(): Promise<void>;
}

/** Eight sleds, one of them down, with one session of each kind of trouble. */
export async function startPictureRack(): Promise<PictureRack> {
  const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-pictures-'));
  const words = '--sleds 8 --propolis 3 --pantries 1 --degraded 5 --down 3/5 --seed 3'.split(' ');
  const sim = spawn(process.execPath, [BIN, 'sim', ...words, '--inventory-out', join(folder, 'sim.yaml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  sim.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(sim, 'exit').then(([status, signal]) => {
    throw new Error(`the simulated rack ended (${String(signal ?? status)}): ${said}`);
  });
  const begun = vi.waitFor(() => {
    if (!said.includes('simulated sleds run')) throw new Error(`not begun: ${said}`);
  }, PATIENCE);
  await Promise.race([begun, ended]);
  ended.catch(() => {});
  // To give sleds their scripts is half of what a picture costs, and none shows it.
  await warmSledsOf(join(folder, 'sim.yaml'));
  return {
    folder,
    async stop() {
      sim.kill('SIGTERM');
      await once(sim, 'close');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A terminal of tmux, in which the command `cruc-fleet` is the built program and knows the rack. */
export interface Screen {
  /** What stands on it, and what has scrolled by, once that command has ended; with SGR sequences where `styled`. */
  show(command: string, styled?: 'styled'): Promise<string>;
  close(): void;
}

/** Opens a terminal of so many columns and 24 lines. */
export function openScreen({ folder }: Pick<PictureRack, 'folder'>, columns: number): Screen {
  const socket = `cruc-fleet-${process.pid}-${columns}`;
  const tmux = (...words: readonly string[]): string =>
    spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...words], { encoding: 'utf8' }).stdout;
  const program = `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`;
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin', 'cruc-fleet'), program, { mode: 0o755 });
  const shell = join(folder, `shell-${columns}`);
  writeFileSync(
    shell,
    `PS1=
export PATH='${join(folder, 'bin')}':"$PATH"
export CRUC_FLEET_INVENTORY='${join(folder, 'sim.yaml')}' XDG_STATE_HOME='${join(folder, 'state')}' LC_ALL=C.UTF-8
unset COLUMNS NO_COLOR FORCE_COLOR
`,
  );
  tmux('new-session', '-d', '-s', 'picture', '-x', String(columns), '-y', '24', `exec sh`);
  tmux('set', '-g', 'status', 'off', ';', 'set', '-g', 'history-limit', '5000');
  tmux('resize-window', '-t', 'picture', '-x', String(columns), '-y', '24');
  tmux('send-keys', '-t', 'picture', `. '${shell}'`, 'Enter');
  let shown = 0;
  return {
    async show(command, styled) {
      const file = join(folder, `command-${columns}`);
      const end = `END-${(shown += 1)}`;
      writeFileSync(file, `tput clear\n${command}\nstty -echo\nprintf '\\n%s\\n' '${end}'\n`);
      tmux('send-keys', '-t', 'picture', 'stty -echo', 'Enter');
      tmux('clear-history', '-t', 'picture');
      tmux('send-keys', '-t', 'picture', `. '${file}'`, 'Enter');
      let screen = '';
      await vi.waitFor(() => {
        screen = tmux('capture-pane', '-p', ...(styled ? ['-e'] : []), '-S', '-', '-t', 'picture');
        if (!screen.includes(end)) throw new Error(screen);
      }, PATIENCE);
      return screen
        .slice(0, screen.indexOf(end))
        .replace(/^[^]*?stty -echo *\n/, '')
        .trim();
    },
    close: () => void tmux('kill-server'),
  };
}
