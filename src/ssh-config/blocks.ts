import type { ConfigLine } from './config-line.ts';
import { matchesPatterns } from './host-patterns.ts';
import { isKeyword, KEYWORDS, OTHER_KEYWORDS } from './keywords.ts';

/** Lines that hold together, under the `Host` and `Match` lines that they stand in. */
export interface Block {
  /** All of them must hold: an included file has its own within those of its `Include`. */
  readonly conditions: readonly ConfigLine[];
  readonly lines: readonly ConfigLine[];
}

/** What the files of a configuration hold, in their order, as far as it can be told without ssh. */
export interface SshConfiguration {
  /** The files that ssh is to read, in that order; those that they include are not among them. */
  readonly files: readonly string[];
  readonly blocks: readonly Block[];
  /** An `Include` that only ssh can follow: what is there may concern any host. */
  readonly hasUnread: boolean;
  /** An `Include` of the system's file that ssh would look for elsewhere, as it reads that file for ours; else null. */
  readonly misled: ConfigLine | null;
}

export const NO_CONFIGURATION: SshConfiguration = {
  files: [],
  blocks: [],
  hasUnread: false,
  misled: null,
};

/** Whether a block may hold for a host; a `Match` may always. */
export function mayHold({ conditions }: Block, host: string): boolean {
  return conditions.every(({ keyword, words }) => keyword !== 'host' || matchesPatterns(words, host));
}

/** Whether it makes a difference to us, for the hosts for which it holds. */
export function isRelevant({ lines }: Block): boolean {
  return lines.some(({ keyword }) => !OTHER_KEYWORDS.has(keyword));
}

/** Whether ssh reads the files a second time, with what it knows of the host then. */
export function isReadTwice({ blocks, hasUnread }: SshConfiguration): boolean {
  return (
    hasUnread ||
    blocks.some(
      ({ conditions, lines }) =>
        lines.some(({ keyword }) => keyword === 'canonicalizehostname') ||
        conditions.some(
          ({ keyword, words }) =>
            keyword === 'match' && words.some((word) => /(^|,)!?(final|canonical)/i.test(word)),
        ),
    )
  );
}

/** A line with a word that we do not know, if there is one: ssh is to say what it is. */
export function hasUnknownKeyword({ blocks }: SshConfiguration): boolean {
  return blocks.some(({ lines }) =>
    lines.some(
      ({ keyword }) =>
        !isKeyword(keyword) && keyword !== 'canonicalizehostname' && !OTHER_KEYWORDS.has(keyword),
    ),
  );
}

/** What hosts have in common. */
export interface KindOfHost {
  /** Hosts of one key have one answer. */
  readonly key: string;
  /** `HostName` of the blocks that take them, which each fills with its own name; null where that is ssh's to tell. */
  readonly hostName: ConfigLine | 'unset' | null;
}

/**
 * The kind of a host; null where no block concerns it. Where only patterns decide, all hosts that the same blocks
 * take are of one kind; with a `Match`, and a value that ssh fills with the host, each is of its own.
 */
export function kindsOfHosts({ blocks, hasUnread }: SshConfiguration): (host: string) => KindOfHost | null {
  const relevant = blocks
    .filter(isRelevant)
    .map((block) => ({ block, isOwn: block.conditions.some(isMatch) || block.lines.some(isOfHost) }));
  return (host) => {
    const own = { key: `of ${host}`, hostName: null };
    if (hasUnread) return own;
    const concerning = relevant.filter(({ block }) => mayHold(block, host));
    if (concerning.length === 0) return null;
    if (concerning.some(({ isOwn }) => isOwn)) return own;
    const key = concerning.map((each) => relevant.indexOf(each)).join(',');
    const names = concerning.flatMap(({ block }) =>
      block.lines.filter(({ keyword }) => keyword === 'hostname'),
    );
    return { key, hostName: names[0] ?? 'unset' };
  };
}

function isMatch({ keyword }: ConfigLine): boolean {
  return keyword === 'match';
}

/** Whether what ssh prints for the line depends on the host. */
function isOfHost({ keyword, words }: ConfigLine): boolean {
  if (keyword === 'canonicalizehostname') return true;
  return isKeyword(keyword) && KEYWORDS[keyword] === 'expanded' && words.some((word) => word.includes('%'));
}
