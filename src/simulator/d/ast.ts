import type { DType, IntType } from './types.ts';

export type Expression =
  | { readonly kind: 'int'; readonly line: number; readonly value: bigint; readonly type: IntType }
  | { readonly kind: 'string'; readonly line: number; readonly value: string }
  | { readonly kind: 'name'; readonly line: number; readonly name: string }
  | { readonly kind: 'scoped'; readonly line: number; readonly scope: 'this' | 'self'; readonly name: string }
  | {
      readonly kind: 'index';
      readonly line: number;
      readonly array: Expression;
      readonly keys: readonly Expression[];
    }
  | {
      readonly kind: 'call';
      readonly line: number;
      readonly name: string;
      readonly args: readonly Expression[];
    }
  | {
      readonly kind: 'aggregation';
      readonly line: number;
      /** Without the `@`; `_` for the anonymous one. */
      readonly name: string;
      readonly keys: readonly Expression[];
    }
  | { readonly kind: 'unary'; readonly line: number; readonly op: UnaryOp; readonly operand: Expression }
  | {
      readonly kind: 'step';
      readonly line: number;
      readonly op: '++' | '--';
      readonly prefix: boolean;
      readonly target: Expression;
    }
  | {
      readonly kind: 'binary';
      readonly line: number;
      readonly op: BinaryOp;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'assign';
      readonly line: number;
      /** The operator of `+=` and the like; null for `=`. */
      readonly op: BinaryOp | null;
      readonly target: Expression;
      readonly value: Expression;
    }
  | {
      readonly kind: 'conditional';
      readonly line: number;
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | { readonly kind: 'cast'; readonly line: number; readonly type: DType; readonly operand: Expression }
  | {
      readonly kind: 'member';
      readonly line: number;
      readonly object: Expression;
      readonly name: string;
    }
  | { readonly kind: 'sizeof'; readonly line: number; readonly of: DType | Expression }
  | { readonly kind: 'comma'; readonly line: number; readonly left: Expression; readonly right: Expression };

export type UnaryOp = '!' | '~' | '-' | '+' | '*' | '&' | 'stringof';

export type BinaryOp =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '&&'
  | '||'
  | '^^';

export type Statement =
  | { readonly kind: 'expression'; readonly line: number; readonly expression: Expression }
  | {
      readonly kind: 'if';
      readonly line: number;
      readonly condition: Expression;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    };

export interface ProbeText {
  /** As it was written, macros replaced. */
  readonly text: string;
  readonly line: number;
}

export interface Clause {
  readonly kind: 'clause';
  readonly line: number;
  readonly descriptions: readonly ProbeText[];
  readonly predicate: Expression | null;
  /** Null when the clause has no body: then the default action records the probe. */
  readonly body: readonly Statement[] | null;
}

export interface Inline {
  readonly kind: 'inline';
  readonly line: number;
  readonly name: string;
  readonly type: DType;
  /** Null for an inline without brackets. */
  readonly parameters: readonly { readonly name: string; readonly type: DType }[] | null;
  readonly value: Expression;
}

export interface Declaration {
  readonly kind: 'declaration';
  readonly line: number;
  readonly scope: 'global' | 'this' | 'self';
  readonly name: string;
  readonly type: DType;
  /** The key types of an associative array. */
  readonly keys: readonly DType[] | null;
}

export type Item = Clause | Inline | Declaration;

/** Whether a `sizeof` was asked of an expression rather than of a type. */
export function isExpression(of: DType | Expression): of is Expression {
  return 'line' in of;
}
