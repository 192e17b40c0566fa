import { markup, type Markup } from './markup.ts';

const STYLE = markup`
:root { color-scheme: light dark; font: 16px/1.4 system-ui, sans-serif; }
body { margin: 1rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: bold; padding: 0.5rem 0; }
th, td { padding: 0.2rem 0.6rem; text-align: left; border-bottom: 1px solid; overflow-wrap: normal; white-space: nowrap; }
.number { text-align: right; }
.lacking { border-left: 0.4rem double; padding-left: 0.6rem; }
pre { overflow-x: auto; }
@media print { .scroll, pre { overflow: visible; } pre { white-space: pre-wrap; } th, td { white-space: normal; } }
`;

/** A whole page in one file: its style within, no script, nothing loaded from anywhere. */
export function pageFrame(title: string, main: readonly Markup[]): Markup {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`;
}
