import type { BinaryOp, Expression } from './ast.ts';
import { CompileError } from './errors.ts';
import { FUNCTION_NAMES } from './function-names.ts';
import type { Lexer } from './lexer.ts';
import {
  accept,
  close,
  expect,
  expectName,
  isPunctuation,
  isTypeWord,
  KEYWORDS,
  parseStars,
  parseType,
  syntaxError,
} from './parse-words.ts';

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
/** The operators of assignments, with what they do before they assign. */
const ASSIGNMENTS: ReadonlyMap<string, BinaryOp | null> = new Map<string, BinaryOp | null>([
  ['=', null],
  ['+=', '+'],
  ['-=', '-'],
  ['*=', '*'],
  ['/=', '/'],
  ['%=', '%'],
  ['&=', '&'],
  ['|=', '|'],
  ['^=', '^'],
  ['<<=', '<<'],
  ['>>=', '>>'],
]);

export function parseExpression(lexer: Lexer): Expression {
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
  const op = token.kind === 'punctuation' ? ASSIGNMENTS.get(token.text) : undefined;
  if (op === undefined) return target;
  lexer.next();
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

/** What stands between brackets, after the opening one. Only a call may have nothing there. */
function parseList(lexer: Lexer, end: ')' | ']'): readonly Expression[] {
  const list: Expression[] = [];
  if (end === ')' && accept(lexer, end)) return list;
  do list.push(parseAssignment(lexer));
  while (accept(lexer, ','));
  close(lexer, end);
  return list;
}
