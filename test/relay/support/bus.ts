import type { Trouble, Wire, WireMessage } from '../../../src/relay/wire.ts';

/** A hub in memory: wires of one bus hear each other, each in a later turn. */
export interface Bus {
  readonly wire: (maxPayload?: number) => Wire;
  /** Messages that it does not deliver. */
  drops: (message: Pick<WireMessage, 'subject' | 'part' | 'data'>) => boolean;
  /** Messages that it delivers when they are released. */
  holds: (message: Pick<WireMessage, 'subject'>) => boolean;
  readonly release: () => void;
  /** What becomes of a message on its way. */
  edits: (message: Pick<WireMessage, 'subject' | 'data'>) => Uint8Array;
  /** What it refuses, as a hub does what nobody may. */
  refuses: (subject: string) => boolean;
  readonly published: { readonly subject: string; readonly part: number | null }[];
}

interface Subscription {
  readonly pattern: RegExp;
  readonly onMessage: (message: WireMessage) => void;
}

export function makeBus(): Bus {
  const subscriptions: Subscription[] = [];
  const held: (() => void)[] = [];
  const bus: Bus = {
    drops: () => false,
    holds: () => false,
    release() {
      for (const deliver of held.splice(0)) deliver();
    },
    edits: ({ data }) => data,
    refuses: () => false,
    published: [],
    wire(maxPayload = 1024 * 1024) {
      const listeners = new Set<(trouble: Trouble) => void>();
      return {
        maxPayload: () => maxPayload,
        publish(subject, data, { reply, part = null } = {}) {
          const bytes = Buffer.from(data as Uint8Array);
          if (bytes.length > maxPayload) throw new Error(`${bytes.length} bytes are more than the hub takes`);
          const deliver = () => {
            bus.published.push({ subject, part });
            if (bus.refuses(subject)) {
              for (const listener of listeners) listener({ type: 'refused', subject });
              return;
            }
            if (bus.drops({ subject, part, data: bytes })) return;
            const hear = subscriptions.filter(({ pattern }) => pattern.test(subject));
            const edited = bus.edits({ subject, data: bytes });
            for (const { onMessage } of hear) onMessage({ subject, data: edited, part, isUnheard: false });
            if (hear.length > 0 || reply === undefined) return;
            for (const { pattern, onMessage } of subscriptions) {
              if (pattern.test(reply))
                onMessage({ subject: reply, data: new Uint8Array(), part: null, isUnheard: true });
            }
          };
          if (bus.holds({ subject })) held.push(deliver);
          else setImmediate(deliver);
        },
        subscribe(subject, onMessage) {
          const pattern = new RegExp(`^${subject.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`);
          subscriptions.push({ pattern, onMessage });
        },
        onTrouble: (listener) => void listeners.add(listener),
        flush: async () => {},
        close: async () => {},
      };
    },
  };
  return bus;
}
