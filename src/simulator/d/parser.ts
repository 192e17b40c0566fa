import type { BinaryOp, Clause, Declaration, Expression, Inline, Item, Statement } from './ast.ts';
import { CompileError } from './errors.ts';
import { FUNCTION_NAMES } from './function-names.ts';
import { createLexer, type Lexer, type LexerOptions, type Token } from './lexer.ts';
import { basicType, namedType, pointerTo, type DType } from './types.ts';

/** A parsed program, and which macro arguments it used. */
export interface Program {
  readonly items: readonly Item[];
  readonly referenced: ReadonlySet<number>;
  /** The last line's number. */
  readonly lastLine: number;
}

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
const STORAGE_WORDS = new Set(['this', 'self', 'extern', 'static', 'auto', 'register']);
const UNSUPPORTED_WORDS = new Set(['struct', 'union', 'enum', 'typedef', 'translator', 'provider', 'import']);
/** Words that are no identifiers: a loop is a syntax error near its word. */
const KEYWORDS = new Set([
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

/** Binary operators, loosest first; each level is left-associative. */
const LEVELS: readonly (readonly BinaryOp[])[] = [
  ['||'],
  ['^^'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGNMENTS: readonly string[] = ['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>='];

/** Parses a D program, whose characters are bytes. Throws CompileError at the first thing that is no D. */
export function parseProgram(text: string, options: LexerOptions): Program {
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
      items.push(parseClause(lexer));
    }
  }
  return { items, referenced: lexer.referenced, lastLine: lexer.line() };
}

function syntaxError(token: Token): CompileError {
  const where = token.kind === 'end' ? 'end of input' : `"${token.text}"`;
  return new CompileError(`syntax error near ${where}`, token.line);
}

function isPunctuation(token: Token, text: string): boolean {
  return token.kind === 'punctuation' && token.text === text;
}

function accept(lexer: Lexer, text: string): boolean {
  if (!isPunctuation(lexer.peek(), text)) return false;
  lexer.next();
  return true;
}

function expect(lexer: Lexer, text: string): void {
  if (!accept(lexer, text)) throw syntaxError(lexer.peek());
}

function startsDeclaration(word: string): boolean {
  return word === 'inline' || STORAGE_WORDS.has(word) || UNSUPPORTED_WORDS.has(word) || isTypeWord(word);
}

function isTypeWord(word: string): boolean {
  return TYPE_WORDS.has(word) || namedType(word) !== undefined;
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

function expectName(lexer: Lexer): Token {
  const token = lexer.peek();
  if (token.kind !== 'name' || KEYWORDS.has(token.text)) throw syntaxError(token);
  return lexer.next();
}

function parseType(lexer: Lexer): DType {
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

function parseStars(lexer: Lexer, base: DType): DType {
  let type = base;
  while (accept(lexer, '*')) type = pointerTo(type);
  return type;
}

// ---- clauses

function parseClause(lexer: Lexer): Clause {
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
  const next = lexer.peek();
  if (predicate !== null && next.kind !== 'end' && !isPunctuation(next, ';')) throw syntaxError(next);
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

/** A bracket that the next token does not close. */
class UnclosedBracket extends CompileError {
  readonly bracket: ')' | ']';

  constructor(bracket: ')' | ']', token: Token) {
    super(syntaxError(token).message, token.line);
    this.bracket = bracket;
  }
}

function close(lexer: Lexer, bracket: ')' | ']'): void {
  if (!accept(lexer, bracket)) throw new UnclosedBracket(bracket, lexer.peek());
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
  const then = parseBranch(lexer);
  let otherwise: readonly Statement[] = [];
  const token = lexer.peek();
  if (token.kind === 'name' && token.text === 'else') {
    lexer.next();
    otherwise = parseBranch(lexer);
  }
  return { kind: 'if', line, condition, then, otherwise };
}

function parseBranch(lexer: Lexer): readonly Statement[] {
  if (accept(lexer, '{')) return parseBlock(lexer);
  const token = lexer.peek();
  if (token.kind === 'name' && token.text === 'if') return [parseIf(lexer)];
  const expression = parseExpression(lexer);
  if (!isPunctuation(lexer.peek(), '}')) expect(lexer, ';');
  return [{ kind: 'expression', line: token.line, expression }];
}

// ---- expressions

function parseExpression(lexer: Lexer): Expression {
  let left = parseAssignment(lexer);
  while (isPunctuation(lexer.peek(), ',')) {
    const line = lexer.next().line;
    left = { kind: 'comma', line, left, right: parseAssignment(lexer) };
  }
  return left;
}

function parseAssignment(lexer: Lexer): Expression {
  const target = parseConditional(lexer);
  const token = lexer.peek();
  if (token.kind !== 'punctuation' || !ASSIGNMENTS.includes(token.text)) return target;
  lexer.next();
  const op = token.text as '=' | `${BinaryOp}=`;
  return { kind: 'assign', line: target.line, op, target, value: parseAssignment(lexer) };
}

function parseConditional(lexer: Lexer): Expression {
  const condition = parseBinary(lexer, 0);
  if (!accept(lexer, '?')) return condition;
  const yes = parseExpression(lexer);
  expect(lexer, ':');
  const no = parseConditional(lexer);
  return { kind: 'conditional', line: condition.line, condition, yes, no };
}

function parseBinary(lexer: Lexer, level: number): Expression {
  const operators = LEVELS[level];
  if (operators === undefined) return parseUnary(lexer);
  let left = parseBinary(lexer, level + 1);
  for (;;) {
    const token = lexer.peek();
    const op = token.kind === 'punctuation' ? operators.find((o) => o === token.text) : undefined;
    if (op === undefined) return left;
    lexer.next();
    const right = parseBinary(lexer, level + 1);
    left = { kind: 'binary', line: left.line, op, left, right };
  }
}

function parseUnary(lexer: Lexer): Expression {
  const token = lexer.peek();
  if (token.kind === 'punctuation') {
    switch (token.text) {
      case '!':
      case '~':
      case '-':
      case '+':
      case '*':
      case '&':
        lexer.next();
        return { kind: 'unary', line: token.line, op: token.text, operand: parseUnary(lexer) };
      case '++':
      case '--':
        lexer.next();
        return { kind: 'step', line: token.line, op: token.text, prefix: true, target: parseUnary(lexer) };
      case '(':
        return parseParenthesis(lexer);
      default:
    }
  }
  if (token.kind === 'name' && token.text === 'sizeof') return parseSizeof(lexer);
  if (token.kind === 'name' && token.text === 'stringof') {
    lexer.next();
    return { kind: 'unary', line: token.line, op: 'stringof', operand: parseUnary(lexer) };
  }
  return parsePostfix(lexer, parsePrimary(lexer));
}

/** A cast, or an expression in parentheses with what follows it. */
function parseParenthesis(lexer: Lexer): Expression {
  const open = lexer.next();
  const token = lexer.peek();
  if (token.kind === 'name' && isTypeWord(token.text)) {
    const type = parseStars(lexer, parseType(lexer));
    close(lexer, ')');
    return { kind: 'cast', line: open.line, type, operand: parseUnary(lexer) };
  }
  const inner = parseExpression(lexer);
  close(lexer, ')');
  return parsePostfix(lexer, inner);
}

function parseSizeof(lexer: Lexer): Expression {
  const line = lexer.next().line;
  if (isPunctuation(lexer.peek(), '(')) {
    lexer.next();
    const token = lexer.peek();
    const isType = token.kind === 'name' && isTypeWord(token.text);
    const of = isType ? parseStars(lexer, parseType(lexer)) : parseExpression(lexer);
    close(lexer, ')');
    return { kind: 'sizeof', line, of };
  }
  return { kind: 'sizeof', line, of: parseUnary(lexer) };
}

function parsePrimary(lexer: Lexer): Expression {
  const token = lexer.next();
  switch (token.kind) {
    case 'int':
      return { kind: 'int', line: token.line, value: token.value, type: token.type };
    case 'string':
      return { kind: 'string', line: token.line, value: token.value };
    case 'name':
      if (token.text === 'this' || token.text === 'self') {
        expect(lexer, '->');
        const name = expectName(lexer);
        return { kind: 'scoped', line: token.line, scope: token.text, name: name.text };
      }
      if (KEYWORDS.has(token.text)) throw syntaxError(token);
      return { kind: 'name', line: token.line, name: token.text };
    case 'punctuation':
      if (token.text === '@') return parseAggregation(lexer, token.line);
      throw syntaxError(token);
    default:
      throw syntaxError(token);
  }
}

function parseAggregation(lexer: Lexer, line: number): Expression {
  const token = lexer.peek();
  const name = token.kind === 'name' ? lexer.next().text : '_';
  const keys = accept(lexer, '[') ? parseList(lexer, ']') : [];
  return { kind: 'aggregation', line, name, keys };
}

function parsePostfix(lexer: Lexer, start: Expression): Expression {
  let left = start;
  for (;;) {
    const token = lexer.peek();
    if (token.kind !== 'punctuation') return left;
    switch (token.text) {
      case '[':
        lexer.next();
        left = { kind: 'index', line: left.line, array: left, keys: parseList(lexer, ']') };
        break;
      case '(':
        lexer.next();
        left = parseCall(lexer, left);
        break;
      case '.':
      case '->':
        lexer.next();
        left = { kind: 'member', line: left.line, object: left, name: expectName(lexer).text };
        break;
      case '++':
      case '--':
        lexer.next();
        left = { kind: 'step', line: left.line, op: token.text, prefix: false, target: left };
        break;
      default:
        return left;
    }
  }
}

function parseCall(lexer: Lexer, callee: Expression): Expression {
  const args = parseList(lexer, ')');
  if (callee.kind !== 'name') {
    throw new CompileError('function designator is not of function type', lexer.line());
  }
  if (!FUNCTION_NAMES.has(callee.name)) {
    throw new CompileError(`undefined function name: ${callee.name}`, callee.line);
  }
  return { kind: 'call', line: callee.line, name: callee.name, args };
}

function parseList(lexer: Lexer, end: ')' | ']'): readonly Expression[] {
  const list: Expression[] = [];
  if (accept(lexer, end)) return list;
  do list.push(parseAssignment(lexer));
  while (accept(lexer, ','));
  close(lexer, end);
  return list;
}
