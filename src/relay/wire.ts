/** A message as it comes from the hub. */
export interface WireMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** The number of a part of a report. */
  readonly part: number | null;
  /** The hub says that nobody listens where something was published. */
  readonly isUnheard: boolean;
}

/** A connection to the hub, as far as questions and answers need it: real ones are `nats/connect.ts`. */
export interface Wire {
  /** Bytes that one message may have. */
  readonly maxPayload: () => number;
  readonly publish: (
    subject: string,
    data: Uint8Array | string,
    more?: { readonly reply?: string; readonly part?: number },
  ) => void;
  readonly subscribe: (subject: string, onMessage: (message: WireMessage) => void, queue?: string) => void;
  /** Hears of a subject that the hub refused to publish or subscribe, and of the link: lost, or there again. */
  readonly onTrouble: (listener: (trouble: Trouble) => void) => void;
  /** Resolves once the hub has all that was published; rejects where the connection is gone for good. */
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export type Trouble =
  | { readonly type: 'refused'; readonly subject: string }
  | { readonly type: 'lost' }
  | { readonly type: 'back' }
  | { readonly type: 'gone'; readonly reason: string };
