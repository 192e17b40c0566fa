/**
 * JSON whose end is missing, with its last unfinished value left out and what is open closed, so that one can see what it
 * would have been; null for a text that is not the begin of JSON. Nothing is concluded from its values.
 */
export function closedJson(text: string): string | null {
  const open: string[] = [];
  let inString = false;
  let isEscaped = false;
  let whole: { readonly end: number; readonly open: readonly string[] } | null = null;
  const begin = text.search(/\S/);
  if (begin < 0 || !'[{'.includes(text.charAt(begin))) return null;
  for (let at = begin; at < text.length; at++) {
    const character = text.charAt(at);
    if (inString) {
      if (isEscaped) isEscaped = false;
      else if (character === '\\') isEscaped = true;
      else if (character === '"') inString = false;
      continue;
    }
    if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']');
      whole = { end: at + 1, open: [...open] };
    } else if (character === '}' || character === ']') {
      if (open.pop() !== character) return null;
      whole = { end: at + 1, open: [...open] };
    } else if (character === ',') whole = { end: at, open: [...open] };
  }
  if (whole === null || open.length === 0) return null;
  return text.slice(begin, whole.end) + whole.open.toReversed().join('');
}
