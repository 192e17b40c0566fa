/** Width of a column and height of a line, of the monospaced fonts that browsers have, in px. */
const [COLUMN, LINE, MARGIN] = [7.8, 17, 14];

/** Colors of a dark terminal by their SGR numbers. */
const COLORS: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  90: '#8b949e',
  91: '#ffa198',
  92: '#7ee787',
  93: '#f2cc60',
};

interface Style {
  readonly color: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
}

const PLAIN: Style = { color: null, bold: false, dim: false };

/** What a terminal of so many columns shows, with SGR sequences, as a picture. */
export function terminalSvg(text: string, columns: number): string {
  const lines = text.split('\n');
  const [width, height] = [Math.ceil(columns * COLUMN + 2 * MARGIN), lines.length * LINE + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    '<style>text{font:13px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...styledLines(lines).flatMap((runs, index) =>
      runs.length === 0 ? [] : [lineSvg(runs, MARGIN + (index + 0.75) * LINE)],
    ),
    '</svg>\n',
  ].join('\n');
}

/** The lines of such a picture, without colors. */
export function linesOfSvg(svg: string): readonly string[] {
  return [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, spans = '']) =>
    spans
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  );
}

const SGR = new RegExp(String.raw`${String.fromCodePoint(27)}\[([\d;]*)m`);

interface Run {
  readonly text: string;
  readonly style: Style;
}

/** A style lasts beyond the end of its line. */
function styledLines(lines: readonly string[]): readonly (readonly Run[])[] {
  let style = PLAIN;
  return lines.map((line) => {
    const runs: Run[] = [];
    // Every other part is what stands between ESC [ and m.
    for (const [index, part] of line.trimEnd().split(SGR).entries()) {
      if (index % 2 === 1) style = part.split(';').map(Number).reduce(styleAfter, style);
      else if (part !== '') runs.push({ text: part, style });
    }
    return runs;
  });
}

function styleAfter(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, color: null };
  return COLORS[code] === undefined ? style : { ...style, color: code };
}

function lineSvg(runs: readonly Run[], y: number): string {
  const length = runs.reduce((sum, { text }) => sum + text.length, 0);
  const size = `textLength="${(length * COLUMN).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text x="${MARGIN}" y="${y.toFixed(1)}" xml:space="preserve" ${size}>${runs.map(runSvg).join('')}</text>`;
}

function runSvg({ text, style }: Run): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const color = style.dim ? '#8b949e' : style.color === null ? undefined : COLORS[style.color];
  const attributes = [
    ...(color === undefined ? [] : [`fill="${color}"`]),
    ...(style.bold ? ['font-weight="bold"'] : []),
  ];
  return attributes.length === 0 ? escaped : `<tspan ${attributes.join(' ')}>${escaped}</tspan>`;
}
