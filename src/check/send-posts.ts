import type { CheckConfig } from '../config/check-config.ts';
import { postNotice } from '../delivery/post-notice.ts';
import { describeError } from '../model/error.ts';
import { POST_SHAPES, type PostShape } from '../model/outgoing.ts';
import { fileOf, forgetSpooled, type Places, type SpooledPost } from '../store/store.ts';

/** Where notices of each shape are posted; null is nowhere. */
export type PostUrls = Readonly<Record<PostShape, string | null>>;

export function postUrls({ postJsonUrl, postSlackUrl }: CheckConfig): PostUrls {
  return { json: postJsonUrl, slack: postSlackUrl };
}

/** The shapes that somebody wants. */
export function wantedShapes(urls: PostUrls): readonly PostShape[] {
  return POST_SHAPES.filter((shape) => urls[shape] !== null);
}

/**
 * Posts what the spool holds, the oldest first. Each that is accepted is out of the spool before the next is tried.
 * Where a server is away the others of its shape are not tried: they wait for the next run, in their order. Gives what
 * went wrong, a line each.
 */
export async function sendPosts(
  places: Places,
  posts: readonly SpooledPost[],
  urls: PostUrls,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const shape of POST_SHAPES) {
    const own = posts.filter(({ post }) => post.shape === shape);
    problems.push(...(await sendTo(urls[shape], places, own)));
  }
  return problems;
}

async function sendTo(
  url: string | null,
  places: Places,
  posts: readonly SpooledPost[],
): Promise<readonly string[]> {
  const [first] = posts;
  if (first === undefined) return [];
  const { shape } = first.post;
  if (url === null) return [`${waitText(posts, places)}, and post.${shape} is off`];
  const problems: string[] = [];
  const waiting: SpooledPost[] = [];
  let isAway = false;
  for (const spooled of posts) {
    if (isAway) {
      waiting.push(spooled);
      continue;
    }
    const posted = await postNotice(url, spooled.post.body);
    const file = fileOf(places, spooled.post.id);
    if (posted.status === 'failed') {
      isAway = posted.scope === 'server';
      waiting.push(spooled);
      const hint = isAway ? '' : `; to give it up, remove ${file}`;
      problems.push(`post.${shape}: ${describeError(posted.error)}${hint}`);
      continue;
    }
    try {
      await forgetSpooled(places, spooled);
    } catch (cause) {
      const again = `a notice was posted, and ${file} could not be removed: it may be posted again`;
      problems.push(`${again}: ${describeError(cause)}`);
    }
  }
  if (waiting.length > 0)
    problems.push(`${waitText(waiting, places)} and will be tried again at the next run`);
  return problems;
}

function waitText(posts: readonly SpooledPost[], { spool }: Places): string {
  const since = posts[0]?.post.date ?? 'an unknown time';
  return `${posts.length === 1 ? '1 post waits' : `${posts.length} posts wait`} in ${spool} since ${since}`;
}
