import { CompileError } from './errors.ts';
import type { Lexer } from './lexer.ts';
import type { Token } from './tokens.ts';
import { basicType, namedType, pointerTo, type DType } from './types.ts';

const TYPE_WORDS = new Set([
  'signed',
  'unsigned',
  'long',
  'short',
  'int',
  'char',
  'const',
  'volatile',
  'userland',
]);
/** Words that are not identifiers: a loop is a syntax error near its word. */
export const KEYWORDS = new Set([
  'auto',
  'break',
  'case',
  'char',
  'const',
  'continue',
  'default',
  'do',
  'double',
  'else',
  'enum',
  'extern',
  'float',
  'for',
  'goto',
  'if',
  'import',
  'inline',
  'int',
  'long',
  'offsetof',
  'provider',
  'register',
  'restrict',
  'return',
  'self',
  'short',
  'signed',
  'sizeof',
  'static',
  'string',
  'stringof',
  'struct',
  'switch',
  'this',
  'translator',
  'typedef',
  'union',
  'unsigned',
  'userland',
  'void',
  'volatile',
  'while',
  'xlate',
]);

export function syntaxError(token: Token): CompileError {
  const where = token.kind === 'end' ? 'end of input' : `"${token.text}"`;
  return new CompileError(`syntax error near ${where}`, token.line);
}

export function isPunctuation(token: Token, text: string): boolean {
  return token.kind === 'punctuation' && token.text === text;
}

export function accept(lexer: Lexer, text: string): boolean {
  if (!isPunctuation(lexer.peek(), text)) return false;
  lexer.next();
  return true;
}

export function expect(lexer: Lexer, text: string): void {
  if (!accept(lexer, text)) throw syntaxError(lexer.peek());
}

/** A bracket that the next token does not close. */
export class UnclosedBracket extends CompileError {
  readonly bracket: ')' | ']';

  constructor(bracket: ')' | ']', token: Token) {
    super(syntaxError(token).message, token.line);
    this.bracket = bracket;
  }
}

export function close(lexer: Lexer, bracket: ')' | ']'): void {
  if (!accept(lexer, bracket)) throw new UnclosedBracket(bracket, lexer.peek());
}

export function isTypeWord(word: string): boolean {
  return TYPE_WORDS.has(word) || namedType(word) !== undefined;
}

export function expectName(lexer: Lexer): Token {
  const token = lexer.peek();
  if (token.kind !== 'name' || KEYWORDS.has(token.text)) throw syntaxError(token);
  return lexer.next();
}

export function parseType(lexer: Lexer): DType {
  const words: string[] = [];
  const first = lexer.peek();
  for (;;) {
    const token = lexer.peek();
    if (token.kind !== 'name') break;
    if (TYPE_WORDS.has(token.text)) words.push(lexer.next().text);
    else if (namedType(token.text) !== undefined && !words.some((w) => w !== 'const' && w !== 'volatile'))
      words.push(lexer.next().text);
    else break;
  }
  if (words.length === 0) {
    const name = first.text;
    if (first.kind === 'name' && !KEYWORDS.has(name)) {
      throw new CompileError(`syntax error near "${name}"`, first.line);
    }
    throw syntaxError(first);
  }
  const type = basicType(words.filter((w) => w !== 'userland'));
  if (type === null) throw new CompileError(`invalid type declaration: ${words.join(' ')}`, first.line);
  return type;
}

export function parseStars(lexer: Lexer, base: DType): DType {
  let type = base;
  while (accept(lexer, '*')) type = pointerTo(type);
  return type;
}
