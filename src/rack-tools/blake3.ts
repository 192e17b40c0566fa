/** Bytes of a block and of a chunk, as https://github.com/BLAKE3-team/BLAKE3-specs has them. */
const BLOCK = 64;
const CHUNK = 1024;

const IV = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
] as const;

/** Which word of a message stands where in the next round. */
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8] as const;

/** The four words of the state that each step of a round mixes: columns first, then diagonals. */
const STEPS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

const ROUNDS = 7;

const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;

type Words = readonly number[];

/** What is left to be compressed, once it is known whether it is the root. */
interface Node {
  readonly chaining: Words;
  readonly message: Words;
  readonly counter: number;
  readonly length: number;
  readonly flags: number;
}

/** The BLAKE3 hash of some bytes, as 64 hexadecimal digits: node:crypto has none. */
export function blake3(bytes: Uint8Array): string {
  const words = compress(nodeOf(bytes, 0), ROOT);
  const out = Buffer.alloc(words.length * 4);
  words.forEach((word, i) => out.writeUInt32LE(word, i * 4));
  return out.toString('hex');
}

/** The tree over some bytes; their first chunk has this number. */
function nodeOf(bytes: Uint8Array, first: number): Node {
  if (bytes.length <= CHUNK) return chunkNode(bytes, first);
  // The left side is the largest power of two of whole chunks that leaves something for the right one.
  const left = CHUNK * 2 ** Math.floor(Math.log2((bytes.length - 1) / CHUNK));
  const message = [
    ...compress(nodeOf(bytes.subarray(0, left), first), 0),
    ...compress(nodeOf(bytes.subarray(left), first + left / CHUNK), 0),
  ];
  return { chaining: IV, message, counter: 0, length: BLOCK, flags: PARENT };
}

function chunkNode(bytes: Uint8Array, counter: number): Node {
  let chaining: Words = IV;
  let at = 0;
  for (; at + BLOCK < bytes.length; at += BLOCK) {
    const flags = at === 0 ? CHUNK_START : 0;
    const message = wordsIn(bytes.subarray(at, at + BLOCK));
    chaining = compress({ chaining, message, counter, length: BLOCK, flags }, 0);
  }
  const last = bytes.subarray(at);
  const flags = (at === 0 ? CHUNK_START : 0) | CHUNK_END;
  return { chaining, message: wordsIn(last), counter, length: last.length, flags };
}

/** Sixteen words of at most one block, which is filled with zeros. */
function wordsIn(bytes: Uint8Array): Words {
  const block = Buffer.alloc(BLOCK);
  block.set(bytes);
  return Array.from({ length: BLOCK / 4 }, (_, i) => block.readUInt32LE(i * 4));
}

/** The eight words that a node comes to. */
function compress({ chaining, message, counter, length, flags }: Node, root: number): Words {
  const high = Math.floor(counter / 2 ** 32);
  const state = Uint32Array.from([...chaining, ...IV.slice(0, 4), counter, high, length, flags | root]);
  let words = message;
  for (let round = 0; round < ROUNDS; round++) {
    STEPS.forEach((step, i) => mix(state, step, words[i * 2] ?? 0, words[i * 2 + 1] ?? 0));
    words = PERMUTATION.map((from) => words[from] ?? 0);
  }
  return IV.map((_, i) => ((state[i] ?? 0) ^ (state[i + 8] ?? 0)) >>> 0);
}

function mix(state: Uint32Array, [a, b, c, d]: (typeof STEPS)[number], x: number, y: number): void {
  const at = (i: number) => state[i] ?? 0;
  state[a] = at(a) + at(b) + x;
  state[d] = rotated(at(d) ^ at(a), 16);
  state[c] = at(c) + at(d);
  state[b] = rotated(at(b) ^ at(c), 12);
  state[a] = at(a) + at(b) + y;
  state[d] = rotated(at(d) ^ at(a), 8);
  state[c] = at(c) + at(d);
  state[b] = rotated(at(b) ^ at(c), 7);
}

function rotated(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
