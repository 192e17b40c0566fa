import type { Clause, Declaration, Expression, Inline, Item, Statement } from './ast.ts';
import { CompileError } from './errors.ts';
import { createLexer, type Lexer, type LexerOptions } from './lexer.ts';
import { parseExpression } from './parse-expression.ts';
import {
  accept,
  expect,
  expectName,
  isPunctuation,
  isTypeWord,
  parseStars,
  parseType,
  syntaxError,
  UnclosedBracket,
} from './parse-words.ts';
import type { DType } from './types.ts';

/** A parsed program, and which macro arguments it used. */
export interface Program {
  readonly items: readonly Item[];
  readonly referenced: ReadonlySet<number>;
  /** The last line's number. */
  readonly lastLine: number;
}

const STORAGE_WORDS = new Set(['this', 'self', 'extern', 'static', 'auto', 'register']);
const UNSUPPORTED_WORDS = new Set(['struct', 'union', 'enum', 'typedef', 'translator', 'provider', 'import']);
export interface ParserOptions extends LexerOptions {
  /** In a script a description does not stand alone, as it may after `-n`. */
  readonly isScript: boolean;
}

/** Parses a D program, whose characters are bytes. Throws CompileError at the first thing that is not D. */
export function parseProgram(text: string, options: ParserOptions): Program {
  const lexer = createLexer(text, options);
  const items: Item[] = [];
  for (;;) {
    const word = lexer.peekProbeText();
    if (word === '') {
      const token = lexer.peek();
      if (token.kind === 'end') break;
      if (token.text === ';') lexer.next();
      else throw syntaxError(token);
    } else if (startsDeclaration(word)) {
      items.push(...parseDeclaration(lexer));
    } else {
      items.push(parseClause(lexer, options.isScript));
    }
  }
  return { items, referenced: lexer.referenced, lastLine: lexer.line() };
}

function startsDeclaration(word: string): boolean {
  return word === 'inline' || STORAGE_WORDS.has(word) || UNSUPPORTED_WORDS.has(word) || isTypeWord(word);
}

// ---- declarations

function parseDeclaration(lexer: Lexer): readonly Item[] {
  const first = lexer.peek();
  if (UNSUPPORTED_WORDS.has(first.text)) {
    throw new CompileError(`${first.text} declarations are not available on this simulated sled`, first.line);
  }
  if (first.text === 'inline') {
    lexer.next();
    return [parseInline(lexer, first.line)];
  }
  let scope: Declaration['scope'] = 'global';
  while (STORAGE_WORDS.has(lexer.peek().text)) {
    const word = lexer.next().text;
    if (word === 'this' || word === 'self') scope = word;
  }
  const base = parseType(lexer);
  const declarations: Declaration[] = [];
  do {
    const type = parseStars(lexer, base);
    const name = expectName(lexer);
    let keys: DType[] | null = null;
    if (accept(lexer, '[')) {
      keys = [];
      do keys.push(parseStars(lexer, parseType(lexer)));
      while (accept(lexer, ','));
      expect(lexer, ']');
    }
    declarations.push({ kind: 'declaration', line: name.line, scope, name: name.text, type, keys });
  } while (accept(lexer, ','));
  expect(lexer, ';');
  return declarations;
}

function parseInline(lexer: Lexer, line: number): Inline {
  const type = parseStars(lexer, parseType(lexer));
  const name = expectName(lexer);
  let parameters: { name: string; type: DType }[] | null = null;
  if (accept(lexer, '[')) {
    parameters = [];
    do {
      const parameterType = parseStars(lexer, parseType(lexer));
      parameters.push({ type: parameterType, name: expectName(lexer).text });
    } while (accept(lexer, ','));
    expect(lexer, ']');
  }
  expect(lexer, '=');
  const value = parseExpression(lexer);
  expect(lexer, ';');
  return { kind: 'inline', line, name: name.text, type, parameters, value };
}

// ---- clauses

function parseClause(lexer: Lexer, isScript: boolean): Clause {
  const descriptions: { text: string; line: number }[] = [];
  do {
    if (lexer.peekProbeText() === '') throw syntaxError(lexer.peek());
    descriptions.push(lexer.takeProbeText());
  } while (accept(lexer, ','));
  const line = descriptions[0]?.line ?? lexer.line();
  let predicate: Expression | null = null;
  if (accept(lexer, '/')) {
    lexer.setPredicate(true);
    predicate = parsePredicate(lexer);
    lexer.setPredicate(false);
  }
  if (accept(lexer, '{')) {
    return { kind: 'clause', line, descriptions, predicate, body: parseBlock(lexer) };
  }
  if (predicate !== null) {
    throw new CompileError('expected actions { } following probe description and predicate', predicate.line);
  }
  if (isScript) {
    throw new CompileError('expected predicate and/or actions following probe description', line);
  }
  return { kind: 'clause', line, descriptions, predicate, body: null };
}

function parsePredicate(lexer: Lexer): Expression {
  try {
    const predicate = parseExpression(lexer);
    const end = lexer.next();
    if (end.kind !== 'predicate-end') throw syntaxError(end);
    return predicate;
  } catch (error) {
    // A predicate that ends inside brackets has a message of its own.
    const token = lexer.peek();
    if (error instanceof UnclosedBracket && token.kind === 'predicate-end') {
      throw new CompileError(`predicate ended before matching ${error.bracket}`, token.line);
    }
    throw error;
  }
}

/** The statements up to the `}`, whose `{` was read. Only the last may lack its `;`. */
function parseBlock(lexer: Lexer): readonly Statement[] {
  const statements: Statement[] = [];
  for (;;) {
    if (accept(lexer, '}')) return statements;
    if (accept(lexer, ';')) continue;
    const token = lexer.peek();
    if (token.kind === 'name' && token.text === 'if') {
      statements.push(parseIf(lexer));
      continue;
    }
    if (isPunctuation(token, '{')) {
      lexer.next();
      statements.push(...parseBlock(lexer));
      continue;
    }
    const expression = parseExpression(lexer);
    statements.push({ kind: 'expression', line: token.line, expression });
    if (!isPunctuation(lexer.peek(), '}')) expect(lexer, ';');
  }
}

function parseIf(lexer: Lexer): Statement {
  const line = lexer.next().line;
  expect(lexer, '(');
  const condition = parseExpression(lexer);
  expect(lexer, ')');
  const yes = parseBranch(lexer);
  let no: readonly Statement[] = [];
  const token = lexer.peek();
  if (token.kind === 'name' && token.text === 'else') {
    lexer.next();
    no = parseBranch(lexer);
  }
  return { kind: 'if', line, condition, yes, no };
}

function parseBranch(lexer: Lexer): readonly Statement[] {
  if (accept(lexer, '{')) return parseBlock(lexer);
  const token = lexer.peek();
  if (token.kind === 'name' && token.text === 'if') return [parseIf(lexer)];
  const expression = parseExpression(lexer);
  if (!isPunctuation(lexer.peek(), '}')) expect(lexer, ';');
  return [{ kind: 'expression', line: token.line, expression }];
}
