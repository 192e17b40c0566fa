import { setTimeout as pause } from 'node:timers/promises';
import { FleetError } from '../model/error.ts';
import type { Target } from '../model/target.ts';
import type { Connection, Transport } from '../model/transport.ts';
import {
  converse,
  type Conversation,
  type ConversationContext,
  type ConversationSettings,
} from './conversation.ts';

/** What a command of ours needs to end after its connection was lost: it hears nothing for 8 seconds, and has a grace. */
const OLD_COMMAND_MS = 16_000;
const PAUSE_MS = 1_000;

interface Context extends ConversationContext {
  /** Milliseconds of any monotonic clock. */
  readonly now: () => number;
}

/**
 * As `converse`. Where the gateway was lost before the command had ended, or a connection of an earlier round was gone
 * before anything was heard, the sled is asked again, once: only where that is harmless, and nothing of the first
 * answer was shown.
 */
export async function converseTwice(
  transport: Transport,
  target: Target,
  settings: ConversationSettings,
  context: Context,
): Promise<Conversation> {
  let isShown = false;
  let first: Connection | null = null;
  const { onText } = settings;
  const listening = {
    ...settings,
    ...(onText === undefined
      ? {}
      : {
          onText: (...said: Parameters<typeof onText>) => {
            isShown = true;
            onText(...said);
          },
        }),
  };
  try {
    const onConnected = (connection: Connection): void => {
      first = connection;
    };
    return await converse(transport, target, listening, { ...context, onConnected });
  } catch (error) {
    const loss = gatewayLossIn(error) ?? staleLossIn(error, first);
    if (loss === null || isShown || !settings.job.mayRepeat || context.signal.aborted) throw error;
    return await askAgain(transport, target, settings, context, loss);
  }
}

async function askAgain(
  transport: Transport,
  target: Target,
  settings: ConversationSettings,
  context: Context,
  loss: FleetError,
): Promise<Conversation> {
  const startedMs = context.now();
  for (;;) {
    try {
      const second = await converse(transport, target, settings, context);
      const through = second.via === null ? '' : ` through ${second.via}`;
      return { ...second, warnings: [...second.warnings, `asked again${through}: ${loss.message}`] };
    } catch (error) {
      if (!(error instanceof FleetError) || context.signal.aborted) throw error;
      const isOurs = error.code === 'busy' && error.message.includes(settings.guard.owner);
      if (!isOurs || context.now() - startedMs > OLD_COMMAND_MS) throw againFailed(loss, error);
      await pause(PAUSE_MS, undefined, { signal: context.signal }).catch(() => {});
    }
  }
}

function againFailed(loss: FleetError, error: FleetError): FleetError {
  const message = `${loss.message}, and the sled could not be asked again`;
  const { partial } = error;
  return new FleetError(error.code, message, { cause: error, ...(partial === null ? {} : { partial }) });
}

/** What became of a connection of an earlier round that was gone by now. */
function staleLossIn(error: unknown, connection: Connection | null): FleetError | null {
  if (!(error instanceof FleetError) || error.code !== 'connection_lost') return null;
  return connection?.wasStale?.() === true ? error : null;
}

/** What was lost with the gateway's connection, as opposed to the sled's own. */
function gatewayLossIn(error: unknown): FleetError | null {
  if (!(error instanceof FleetError) || error.code !== 'connection_lost') return null;
  const { cause } = error;
  return cause instanceof FleetError && cause.code === 'gateway' ? cause : null;
}
