import { markup, NOTHING, type Markup } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';
import { SIGN_SPRITE } from './sign.ts';

/**
 * A whole page in one file: its style within, no script, nothing loaded from anywhere. `more` is for the head: a page
 * that is served may have a script and another policy. `top` stands above all.
 */
export function pageFrame(
  title: string,
  main: readonly Markup[],
  more: Markup = STILL,
  top: Markup = NOTHING,
): Markup {
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${more}
<title>${title}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
${SIGN_SPRITE}${top}
<main>
${main}
</main>
</body>
</html>
`;
}

/** Whatever a page holds, nothing of it runs or loads. */
const STILL: Markup = markup`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">`;
