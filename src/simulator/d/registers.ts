import type { Expression, Inline } from './ast.ts';

/** Those of the kernel's virtual machine, without the one that is always 0. */
export const REGISTERS = 7;

/** What an argument or a key takes: registers while it is worked out, and one more for its length where it is a text. */
interface Part {
  readonly registers: number;
  readonly isText: boolean;
}

export interface Scope {
  readonly inlines: ReadonlyMap<string, Inline>;
  readonly isText: (e: Expression) => boolean;
  /** The arguments of the inlines that are being expanded. */
  readonly parameters: ReadonlyMap<string, Part>;
}

/**
 * How many registers the compiler takes for an expression, its result in one of them. Arguments and keys are all worked
 * out before the first is handed over; branches of a choice, and the sides of && and ||, share theirs.
 */
export function registersOf(e: Expression, scope: Scope): number {
  const of = (part: Expression): number => registersOf(part, scope);
  const list = (es: readonly Expression[], held: number): number => listed(es, held, scope);
  switch (e.kind) {
    case 'int':
    case 'string':
    case 'scoped':
    case 'sizeof':
    case 'aggregation':
      return 1;
    case 'name':
      return scope.parameters.get(e.name)?.registers ?? inlined(e.name, [], scope) ?? 1;
    case 'index':
      return (e.array.kind === 'name' ? inlined(e.array.name, e.keys, scope) : null) ?? list(e.keys, 0);
    case 'call':
      return list(e.args, 0);
    case 'unary':
      return of(e.operand);
    case 'member':
      return of(e.object);
    case 'step':
      return Math.max(of(e.target), 2);
    case 'cast':
      return of(e.operand);
    case 'binary':
      return e.op === '&&' || e.op === '||'
        ? Math.max(of(e.left), of(e.right))
        : Math.max(of(e.left), 1 + of(e.right));
    case 'assign': {
      const value = e.op === null ? of(e.value) : Math.max(of(e.target), 1 + of(e.value));
      return e.target.kind === 'index' ? Math.max(value, list(e.target.keys, 1)) : value;
    }
    case 'conditional':
      return Math.max(of(e.condition), of(e.yes), of(e.no));
    case 'comma':
      return Math.max(of(e.left), of(e.right));
  }
}

function listed(es: readonly Expression[], held: number, scope: Scope): number {
  const parts = es.map((e) => partOf(e, scope));
  return Math.max(
    1,
    ...parts.map(({ registers }, i) => held + i + registers),
    ...parts.map(({ isText }, i) => held + parts.length - i + (isText ? 1 : 0)),
  );
}

function partOf(e: Expression, scope: Scope): Part {
  const parameter = e.kind === 'name' ? scope.parameters.get(e.name) : undefined;
  return parameter ?? { registers: registersOf(e, scope), isText: scope.isText(e) };
}

/** An inline's own expression in place of its name: an argument is worked out again wherever its parameter stands. */
function inlined(name: string, args: readonly Expression[], scope: Scope): number | null {
  const inline = scope.inlines.get(name);
  if (inline === undefined) return null;
  const parts = args.map((arg) => partOf(arg, scope));
  const parameters = new Map(
    (inline.parameters ?? []).flatMap(({ name: parameter }, i) => {
      const part = parts[i];
      return part === undefined ? [] : [[parameter, part] as const];
    }),
  );
  return registersOf(inline.value, { ...scope, parameters });
}
