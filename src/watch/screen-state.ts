/** What a screen has room for. */
export interface ScreenSize {
  readonly width: number;
  readonly height: number;
  readonly unicode: boolean;
}

/** How the sessions are sorted. */
export const SORTS = ['worst', 'sled', 'changed'] as const;

/** What somebody has chosen to see. */
export interface ScreenState {
  readonly sort: (typeof SORTS)[number];
  readonly showsAll: boolean;
  readonly showsRack: boolean;
  readonly showsHelp: boolean;
  readonly isPaused: boolean;
  readonly filter: string;
  /** The filter is being typed. */
  readonly isTyping: boolean;
  /** The place of the chosen line in the list. */
  readonly chosen: number;
  /** The detail of the chosen line is shown. */
  readonly isOpen: boolean;
  readonly isOver: boolean;
}

export const FIRST_SCREEN: ScreenState = {
  sort: 'worst',
  showsAll: false,
  showsRack: true,
  showsHelp: false,
  isPaused: false,
  filter: '',
  isTyping: false,
  chosen: 0,
  isOpen: false,
  isOver: false,
};

/** What keys do, for people. */
export const KEYS: readonly (readonly [key: string, what: string])[] = [
  ['up, down', 'choose a line'],
  ['Enter', 'its detail, and back'],
  ['/', 'filter by sled, zone, id, health or state; Enter ends, Esc clears'],
  ['s', 'sort: worst first, by sled, by the last change'],
  ['a', 'all, or only what needs attention'],
  ['r', 'the rack, or the list alone'],
  ['p', 'pause the picture; the watch goes on'],
  ['?', 'this help'],
  ['q, Ctrl-C', 'end'],
];

const NAMED: ReadonlyMap<string, string> = new Map([
  ['\u001B[A', 'up'],
  ['\u001BOA', 'up'],
  ['\u001B[B', 'down'],
  ['\u001BOB', 'down'],
  ['\u001B', 'escape'],
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\u007F', 'backspace'],
  ['\b', 'backspace'],
  ['\u0003', 'interrupt'],
]);

/** The keys in what a terminal sent, which may be several. */
export function keysIn(text: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- keys of terminals begin with these
  const parts = text.match(/\u001B(?:\[[0-9;]*[A-Za-z~]|O[A-Z])|[^]/gu) ?? [];
  return parts.flatMap((part) => {
    const name = NAMED.get(part);
    if (name !== undefined) return [name];
    return part.startsWith('\u001B') || part < ' ' ? [] : [part];
  });
}

/** The screen after a key. */
export function afterKey(screen: ScreenState, key: string): ScreenState {
  if (key === 'interrupt') return { ...screen, isOver: true };
  if (screen.isTyping) return typed(screen, key);
  if (screen.showsHelp) return key === 'q' ? { ...screen, isOver: true } : { ...screen, showsHelp: false };
  switch (key) {
    case 'up':
      return { ...screen, chosen: Math.max(0, screen.chosen - 1) };
    case 'down':
      return { ...screen, chosen: screen.chosen + 1 };
    case 'enter':
      return { ...screen, isOpen: !screen.isOpen };
    case 'escape':
      return screen.isOpen ? { ...screen, isOpen: false } : { ...screen, filter: '' };
    case '/':
      return { ...screen, isTyping: true, filter: '', isOpen: false, chosen: 0 };
    case 's': {
      const next = SORTS[(SORTS.indexOf(screen.sort) + 1) % SORTS.length] ?? 'worst';
      return { ...screen, sort: next, chosen: 0 };
    }
    case 'a':
      return { ...screen, showsAll: !screen.showsAll, chosen: 0 };
    case 'r':
      return { ...screen, showsRack: !screen.showsRack };
    case 'p':
      return { ...screen, isPaused: !screen.isPaused };
    case '?':
      return { ...screen, showsHelp: true };
    case 'q':
      return { ...screen, isOver: true };
    default:
      return screen;
  }
}

function typed(screen: ScreenState, key: string): ScreenState {
  switch (key) {
    case 'enter':
      return { ...screen, isTyping: false };
    case 'escape':
      return { ...screen, isTyping: false, filter: '' };
    case 'backspace':
      return { ...screen, filter: screen.filter.slice(0, -1) };
    default:
      return key.length === 1 ? { ...screen, filter: screen.filter + key } : screen;
  }
}
