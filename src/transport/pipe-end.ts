import { StringDecoder } from 'node:string_decoder';
import { describeError, FleetError, type ErrorCode } from '../model/error.ts';
import type { Carrier } from './carrier.ts';
import { asciiLine } from './foreign-text.ts';
import { withoutAdvice } from './handshake-error.ts';

/** What a command that carries SSH says on standard error, and how it ends. */
export interface PipeEnd {
  hear(chunk: Buffer): void;
  /** What it said so far. */
  said(): string;
  /** It has ended, with a status (`status 127`) or by a signal (`signal KILL`). */
  end(how: string): void;
  /** We end it: how it ends then is not the reason of a failure, unless it has ended before. */
  stop(): void;
  explain: Carrier['explain'];
}

export interface PipeAbout {
  /** `the command on gateway 10.0.0.1:22 that leads to 10.0.0.2:22`. */
  readonly what: string;
  /** What to try next where it ended by itself. */
  readonly advice: string;
  /** The code of an error that what it said is the reason of. */
  readonly codeOf: (said: string) => ErrorCode;
}

/** What a broken pipe still has to say comes within so many milliseconds. */
const LAST_WORDS_MS = 500;
const MOST_CHARACTERS = 4_000;

/** `silence` takes out what a command that goes well says too. */
export function createPipeEnd(about: PipeAbout, silence: (said: string) => string): PipeEnd {
  const characters = new StringDecoder('utf8');
  let text = '';
  let how: string | null = null;
  let isStopped = false;
  let announce = (): void => {};
  const ended = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const said = (): string => asciiLine(silence(text));
  return {
    hear(chunk) {
      text = (text + characters.write(chunk)).slice(-MOST_CHARACTERS);
    },
    said: () => text,
    end(last) {
      how ??= last;
      announce();
    },
    stop() {
      isStopped = true;
    },
    async explain({ error, turnedAway, heardHost }) {
      if (isOfGateway(error)) return error;
      const isLoss = turnedAway || error.code === 'connection_lost';
      if (!isLoss || isStopped) return withWords(error, said());
      await withinLastWords(ended);
      const words = said();
      const end = how === null ? 'was cut' : `ended with ${how}`;
      const why = `${about.what} ${end}${words === '' ? ', and said nothing' : `, saying: ${words}`}`;
      return turnedAway && heardHost !== true
        ? new FleetError(about.codeOf(words), withoutAdvice(error), { cause: `${why}; ${about.advice}` })
        : withCause(error, why);
    },
  };
}

/** The connection that carries the pipe was lost, and the pipe with it. */
function isOfGateway({ cause }: FleetError): boolean {
  return cause instanceof FleetError && cause.code === 'gateway';
}

/** Why a host is silent, the pipe may tell. */
function withWords(error: FleetError, words: string): FleetError {
  if (words === '' || (error.code !== 'timeout' && error.code !== 'connection_lost')) return error;
  const why = error.cause === undefined ? '' : `${describeError(error.cause)}; `;
  return withCause(error, `${why}the way to it said: ${words}`);
}

function withCause({ code, message, partial }: FleetError, cause: string): FleetError {
  return new FleetError(code, message, { cause, ...(partial === null ? {} : { partial }) });
}

function withinLastWords(ended: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LAST_WORDS_MS);
    void ended.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
