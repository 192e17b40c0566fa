import type { Session } from './ssh-session.ts';
import { wakeUp } from './waiting.ts';

/** The connections to one gateway: one for all that is forwarded, more where each carries only so many commands. */
export interface GatewayPool {
  /** The first connection, opened at the first need. */
  first(): Promise<Session>;
  /** A place for one more command on a connection that has one, or on a further connection. */
  place(signal: AbortSignal, what: string): Promise<Place>;
  /** Waits for commands that are ending, and ends the connections. Never rejects. */
  end(): Promise<void>;
}

/** A place for one command on a connection to a gateway. */
export interface Place {
  readonly session: Session;
  /** Leaves it when the command has ended there. */
  leaveAfter(gone: Promise<unknown>): void;
  /** Leaves it, since the gateway takes no further command on this connection; true where it takes none at all. */
  leaveRefused(): boolean;
}

// sshd's MaxSessions is 10 a connection by default: one of them is for ending a command, one is to spare.
const COMMANDS_A_CONNECTION = 8;

interface Member {
  readonly session: Session;
  used: number;
  room: number;
}

export function createGatewayPool(open: () => Promise<Session>): GatewayPool {
  const members: Member[] = [];
  const waiting = new Set<() => void>();
  /** Commands whose end on the gateway is awaited. */
  const ending = new Set<Promise<void>>();
  let opening: Promise<Member> | null = null;
  /** False once a further connection could not be opened: what there is must do. */
  let mayGrow = true;

  function wake(): void {
    for (const each of waiting) each();
    waiting.clear();
  }

  function openOne(): Promise<Member> {
    opening ??= open()
      .then((session) => {
        const member = { session, used: 0, room: COMMANDS_A_CONNECTION };
        members.push(member);
        session.onLost(() => {
          members.splice(members.indexOf(member), 1);
          wake();
        });
        return member;
      })
      .finally(() => {
        opening = null;
        wake();
      });
    return opening;
  }

  function take(member: Member): Place {
    member.used += 1;
    const leave = (): void => {
      member.used -= 1;
      wake();
    };
    return {
      session: member.session,
      leaveAfter(gone) {
        const left = gone.then(leave);
        ending.add(left);
        void left.then(() => ending.delete(left));
      },
      leaveRefused() {
        leave();
        member.room = Math.min(member.room, member.used);
        return member.room === 0;
      },
    };
  }

  return {
    async first() {
      const [member] = members;
      return (member ?? (await openOne())).session;
    },
    async place(signal, what) {
      for (;;) {
        const free = members.find(({ used, room }) => used < room);
        if (free !== undefined) return take(free);
        if (members.length === 0) await openOne();
        else if (mayGrow) {
          // One after another: sshd would refuse many at once (MaxStartups).
          await openOne().catch(() => {
            mayGrow = false;
          });
        } else await wakeUp(waiting, signal, what);
      }
    },
    async end() {
      await Promise.all(ending);
      await Promise.all(members.map(({ session }) => session.end()));
    },
  };
}
