import { createAggregation, type Aggregation } from './aggregation.ts';
import type { Declaration, Expression, Inline } from './ast.ts';
import type { Code } from './code.ts';
import type { Options } from './options.ts';
import type { ProbeNames } from './probe-description.ts';
import { growChunk, storageSize, type DynamicPool, type Scope, type Variable } from './variables.ts';

/** Everything that the programs of one consumer share while they are compiled and while they run. */
export interface Environment {
  readonly options: Options;
  readonly variables: Readonly<Record<Scope, Map<string, Variable>>>;
  readonly inlines: Map<string, Inline>;
  readonly aggregations: Map<string, Aggregation>;
  readonly pool: DynamicPool;
  /** The arguments of the parametrised inlines that are being expanded. */
  parameters: ReadonlyMap<string, Code> | null;
  /** Inlines that are being expanded, to stop one that uses itself. */
  readonly expanding: string[];
  /** The probes of the clause that is being compiled, for `args[]`. */
  probes: { readonly text: string; readonly description: ProbeNames; readonly matched: number } | null;
  /** Bytes of code so far in the expression that is being compiled, for the offsets of faults. */
  offset: number;
  /** What is compiled next is a part of an expression that is being compiled. */
  isPart: boolean;
  /** The program uses an action that changes the system. */
  destructive: boolean;
  /** Bytes that the record of the block that is being compiled takes. 0 when it records nothing. */
  recordSize: number;
  /** Actions so far in the clause that is being compiled. */
  actions: number;
  readonly progress: Progress;
}

/** How far the tracing is. */
export interface Progress {
  /** A clause has called exit(): no other clause runs any more but END's. */
  exiting: boolean;
  /** The exit status, once the consumer has read the record of exit(). */
  status: number;
}

/** Compiles an expression that is part of another. Throws CompileError. */
export type Compile = (env: Environment, e: Expression) => Code;

export function createEnvironment(options: Options): Environment {
  return {
    options,
    variables: { global: new Map(), this: new Map(), self: new Map() },
    inlines: new Map(),
    aggregations: new Map(),
    pool: { capacity: Infinity, used: 0, drops: 0, chunk: 0 },
    parameters: null,
    expanding: [],
    probes: null,
    offset: 0,
    isPart: false,
    destructive: false,
    recordSize: 0,
    actions: 0,
    progress: { exiting: false, status: 0 },
  };
}

/** The offset of the next instruction that may fault. An expression takes a few instructions for each step. */
export function nextOffset(environment: Environment): number {
  const { offset } = environment;
  environment.offset += 8;
  return offset;
}

export function addVariable(
  environment: Environment,
  scope: Scope,
  name: string,
  kind: Variable['kind'],
): Variable {
  const slot = environment.variables.this.size;
  const variable: Variable = {
    scope,
    name,
    kind,
    type: null,
    keys: null,
    slot,
    value: undefined,
    elements: new Map(),
  };
  environment.variables[scope].set(name, variable);
  return variable;
}

/** Declares a variable in its type. */
export function declare(environment: Environment, declaration: Declaration): void {
  const { scope, name, keys } = declaration;
  const variable = addVariable(environment, scope, name, keys === null ? 'scalar' : 'array');
  variable.type = declaration.type;
  variable.keys = keys;
  reserve(environment, variable);
}

/** Counts an array's or thread-local's elements into the size of a dynamic variable. */
export function reserve(environment: Environment, variable: Variable): void {
  if (variable.scope === 'this' || (variable.kind === 'scalar' && variable.scope === 'global')) return;
  const types = [...(variable.keys ?? []), ...(variable.type === null ? [] : [variable.type])];
  growChunk(
    environment.pool,
    types.map((type) => storageSize(type, environment.options.strsize)),
  );
}

export function aggregationNamed(environment: Environment, name: string, line: number): Aggregation {
  const known = environment.aggregations.get(name);
  if (known !== undefined) return known;
  const created = createAggregation(name, environment.aggregations.size, line);
  environment.aggregations.set(name, created);
  return created;
}
