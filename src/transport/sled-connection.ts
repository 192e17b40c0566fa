import pLimit from 'p-limit';
import { FleetError } from '../model/error.ts';
import type { Connection } from '../model/transport.ts';
import type { Beats } from './beats.ts';
import { runOnChannel } from './channel-run.ts';
import type { Session } from './ssh-session.ts';
import { inTurn } from './waiting.ts';

// sshd's MaxSessions is 10 a connection by default; other users of it (SFTP) need some too.
const CHANNELS_AT_ONCE = 4;

/** A Connection over an open session. */
export function createSledConnection(
  session: Session,
  about: { readonly via: string | null; readonly warnings: readonly string[]; readonly beats: Beats },
): Connection {
  const channels = pLimit(CHANNELS_AT_ONCE);
  return {
    via: about.via,
    warnings: about.warnings,
    run: (command, options) =>
      inTurn(channels, options.signal, `before a command on ${session.where} began`, async () => {
        const lost = session.lost();
        if (lost !== null) {
          const message = `the connection to ${session.where} is gone: connect again`;
          throw new FleetError('connection_lost', message, { cause: lost });
        }
        return runOnChannel(session, command, options, about.beats).catch(async (error: unknown) => {
          const isLoss = error instanceof FleetError && error.code === 'connection_lost';
          throw isLoss ? await session.explain({ error, turnedAway: false }) : error;
        });
      }),
    lost: () => session.lost(),
    close: () => session.end(),
  };
}
