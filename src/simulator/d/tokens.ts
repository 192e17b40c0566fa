import type { IntType } from './types.ts';

export type Token =
  | {
      readonly kind: 'int';
      readonly text: string;
      readonly line: number;
      readonly value: bigint;
      readonly type: IntType;
    }
  | { readonly kind: 'string'; readonly text: string; readonly line: number; readonly value: string }
  | {
      readonly kind: 'name' | 'punctuation' | 'predicate-end' | 'end';
      readonly text: string;
      readonly line: number;
    };
