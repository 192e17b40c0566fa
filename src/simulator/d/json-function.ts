/**
 * D's `json(text, selector)`: the element's text, or null where the kernel's one-pass machine gives NULL.
 * Not JSON.parse: escapes stay as they are, the first of equal keys wins, and a text that ends before the wanted
 * element has ended gives null, never a part of it.
 */
export function selectJson(text: string, selector: string): string | null {
  const path = selector.replace(/^\[/, '').replaceAll(']', '').split(/[.[]/);
  return createMachine(text, path)();
}

type Step = 'rest' | 'object' | 'colon' | 'comma' | 'value';

function createMachine(text: string, path: readonly string[]): () => string | null {
  let position = 0;
  let depth = 0;
  let inArray = false;
  let arrayPosition = 0n;
  let arrayElement = 0n;
  let found = false;
  let step: Step = 'rest';

  function wanted(): string {
    return path[depth] ?? '';
  }

  function enter(c: string): void {
    inArray = c === '[';
    arrayPosition = 0n;
    arrayElement = inArray ? parseInteger(wanted(), 10) : 0n;
    found = inArray && arrayElement === 0n;
    step = inArray ? 'value' : 'object';
  }

  /** What a finished scalar means: the answer, an error, or a value to pass over. */
  function scalar(value: string): { readonly answer: string | null } | null {
    if (found) return { answer: depth < path.length - 1 ? null : value };
    step = 'comma';
    return null;
  }

  function value(c: string): { readonly answer: string | null } | null {
    if (c === '{' || c === '[') {
      if (found && depth < path.length - 1) {
        depth++;
        position++;
        enter(c);
        return null;
      }
      const end = skipNested(text, position);
      if (end === null) return { answer: null };
      const whole = text.slice(position, end);
      position = end;
      if (found) return { answer: whole };
      step = 'comma';
      return null;
    }
    if (c === '"') {
      const end = skipString(text, position);
      if (end === null) return { answer: null };
      const content = text.slice(position + 1, end - 1);
      position = end;
      return scalar(content);
    }
    const end = c >= 'a' && c <= 'z' ? skipWord(text, position) : skipNumber(text, position);
    if (end === null || end >= text.length) return { answer: null };
    const whole = text.slice(position, end);
    position = end;
    return scalar(whole);
  }

  return () => {
    while (position < text.length) {
      const c = text[position] ?? '';
      if (isSpace(c)) {
        position++;
        continue;
      }
      switch (step) {
        case 'rest':
          if (c !== '{' && c !== '[') return null;
          position++;
          enter(c);
          break;
        case 'object': {
          const end = c === '"' ? skipString(text, position) : null;
          if (end === null) return null;
          // Once a key was found, its value decides: `found` is never taken back inside one object.
          if (text.slice(position + 1, end - 1) === wanted()) found = true;
          position = end;
          step = 'colon';
          break;
        }
        case 'colon':
          if (c !== ':') return null;
          position++;
          step = 'value';
          break;
        case 'comma':
          if (c !== ',') return null;
          position++;
          if (!inArray) step = 'object';
          else {
            step = 'value';
            arrayPosition++;
            if (arrayPosition === arrayElement) found = true;
          }
          break;
        case 'value': {
          const result = value(c);
          if (result !== null) return result.answer;
          break;
        }
      }
    }
    return null;
  };
}

function isSpace(c: string): boolean {
  return c === ' ' || (c >= '\t' && c <= '\r');
}

/** The position after the string that starts here; null when it does not end, or has a bad `\u`. */
function skipString(text: string, start: number): number | null {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) return i + 1;
    if (c !== 0x5c) continue;
    i++;
    if (text[i] === 'u') {
      if (!/^[0-9a-fA-F]{4}/.test(text.slice(i + 1, i + 5))) return null;
      i += 4;
    }
  }
  return null;
}

/** The position after the object or array that starts here; brackets of both kinds are counted, not paired. */
function skipNested(text: string, start: number): number | null {
  let brackets = 0;
  let braces = 0;
  for (let i = start; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: {
        const end = skipString(text, i);
        if (end === null) return null;
        i = end - 1;
        break;
      }
      case 0x5b:
        brackets++;
        break;
      case 0x7b:
        braces++;
        break;
      case 0x5d:
        brackets--;
        if (brackets < 0) return null;
        if (brackets === 0 && braces === 0) return i + 1;
        break;
      case 0x7d:
        braces--;
        if (braces < 0) return null;
        if (brackets === 0 && braces === 0) return i + 1;
        break;
      default:
    }
  }
  return null;
}

function skipWord(text: string, start: number): number | null {
  const word = /[a-z]+/y;
  word.lastIndex = start;
  const found = word.exec(text)?.[0] ?? '';
  return found === 'true' || found === 'false' || found === 'null' ? start + found.length : null;
}

/** The position after the number that starts here, as loosely as the kernel reads one; null for what is none. */
function skipNumber(text: string, start: number): number | null {
  const first = text[start] ?? '';
  if (first !== '-' && !isDigit(first)) return null;
  let state: 'integer' | 'fraction' | 'exponent' = 'integer';
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i] ?? '';
    if (isDigit(c)) continue;
    if (state === 'integer' && c === '.') state = 'fraction';
    else if (state === 'integer' && (c === 'x' || c === 'X')) return null;
    else if (state !== 'exponent' && (c === 'e' || c === 'E')) state = 'exponent';
    else if (c === '+' || c === '-') {
      if (state !== 'exponent') return null;
    } else return i;
  }
  return text.length;
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9';
}

/** D's `strtoll`: blanks and tabs are skipped, a sign is taken, the first character that is not a digit ends it. */
export function parseInteger(text: string, base: number): bigint {
  let i = 0;
  while (text[i] === ' ' || text[i] === '\t') i++;
  const negative = text[i] === '-';
  if (text[i] === '-' || text[i] === '+') i++;
  if (base === 16 && /^0[xX][0-9a-fA-F]/.test(text.slice(i, i + 3))) i += 2;
  let value = 0n;
  for (; i < text.length; i++) {
    const digit = Number.parseInt(text[i] ?? '', 36);
    if (Number.isNaN(digit) || digit >= base) break;
    value = value * BigInt(base) + BigInt(digit);
  }
  return BigInt.asIntN(64, negative ? -value : value);
}
