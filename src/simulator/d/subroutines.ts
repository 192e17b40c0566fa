import { intCode, loaded, textCode, type Code } from './code.ts';
import { asText, fits } from './compatibility.ts';
import { nextOffset, type Environment } from './environment.ts';
import { CompileError, Fault } from './errors.ts';
import { memoryAt, takeScratch, type Frame } from './frame.ts';
import { parseInteger, selectJson } from './json-function.ts';
import { baseName, cleanPath, directoryName, integerText, nextToken, substring } from './text-functions.ts';
import { INT, INT64, STRING, integerNamed, type DType, type IntType } from './types.ts';

type Parameter =
  | 'string'
  | 'uintptr_t'
  | 'size_t'
  | 'int'
  | 'int64_t'
  | 'uint64_t'
  | 'uint32_t'
  | 'uint16_t'
  | 'char'
  | 'pid_t';

interface Signature {
  readonly parameters: readonly Parameter[];
  /** How many of the parameters must be given. */
  readonly required: number;
}

const SIGNATURES: Readonly<Record<string, Signature>> = {
  copyinstr: { parameters: ['uintptr_t', 'size_t'], required: 1 },
  copyin: { parameters: ['uintptr_t', 'size_t'], required: 2 },
  json: { parameters: ['string', 'string'], required: 2 },
  substr: { parameters: ['string', 'int', 'int'], required: 2 },
  strjoin: { parameters: ['string', 'string'], required: 2 },
  strtok: { parameters: ['string', 'string'], required: 2 },
  strtoll: { parameters: ['string', 'int'], required: 1 },
  strlen: { parameters: ['string'], required: 1 },
  strchr: { parameters: ['string', 'char'], required: 2 },
  strrchr: { parameters: ['string', 'char'], required: 2 },
  strstr: { parameters: ['string', 'string'], required: 2 },
  index: { parameters: ['string', 'string', 'int'], required: 2 },
  rindex: { parameters: ['string', 'string', 'int'], required: 2 },
  basename: { parameters: ['string'], required: 1 },
  dirname: { parameters: ['string'], required: 1 },
  cleanpath: { parameters: ['string'], required: 1 },
  tolower: { parameters: ['string'], required: 1 },
  toupper: { parameters: ['string'], required: 1 },
  lltostr: { parameters: ['int64_t', 'int'], required: 1 },
  rand: { parameters: [], required: 0 },
  htons: { parameters: ['uint16_t'], required: 1 },
  ntohs: { parameters: ['uint16_t'], required: 1 },
  htonl: { parameters: ['uint32_t'], required: 1 },
  ntohl: { parameters: ['uint32_t'], required: 1 },
  htonll: { parameters: ['uint64_t'], required: 1 },
  ntohll: { parameters: ['uint64_t'], required: 1 },
  progenyof: { parameters: ['pid_t'], required: 1 },
};

type Integer = (frame: Frame) => bigint;
type Text = (frame: Frame) => string | null;

/** A call of a function that gives a value. Throws CompileError for arguments that it does not take. */
export function compileSubroutine(
  environment: Environment,
  name: string,
  args: readonly Code[],
  line: number,
): Code {
  const signature = Object.hasOwn(SIGNATURES, name) ? SIGNATURES[name] : undefined;
  if (signature === undefined) {
    throw new CompileError(`${name}( ) is not available on this simulated sled`, line);
  }
  checkArguments(name, signature, args, line);
  return build({ environment, args, line, offset: nextOffset(environment) }, name);
}

function checkArguments(name: string, signature: Signature, args: readonly Code[], line: number): void {
  const { parameters, required } = signature;
  if (args.length < required || args.length > parameters.length) {
    const atLeast = required < parameters.length ? 'at least ' : '';
    const noun = args.length === 1 ? 'arg' : 'args';
    throw new CompileError(
      `${name}( ) prototype mismatch: ${args.length} ${noun} passed, ${atLeast}${required} expected`,
      line,
    );
  }
  args.forEach((arg, i) => {
    const parameter = parameters[i];
    if (parameter === undefined || fits(parameterType(parameter), arg)) return;
    throw new CompileError(
      `${name}( ) argument #${i + 1} is incompatible with prototype:\n\tprototype: ${parameter}\n\t argument: ${arg.type.name}`,
      line,
    );
  });
}

function parameterType(parameter: Parameter): DType {
  return parameter === 'string' ? STRING : INT64;
}

interface Call {
  readonly environment: Environment;
  readonly args: readonly Code[];
  readonly line: number;
  readonly offset: number;
}

function text(call: Call, index: number): Text {
  const arg = call.args[index];
  return (arg === undefined ? null : asText(arg, call.offset)) ?? (() => null);
}

/** An argument that the function reads: NULL is a fault. */
function readText(call: Call, index: number): (frame: Frame) => string {
  const run = text(call, index);
  return (frame) => loaded(run(frame), call.offset);
}

function integer(call: Call, index: number): Integer | null {
  const arg = call.args[index];
  return arg?.kind === 'int' ? arg.run : null;
}

function giveInteger(call: Call, type: IntType, run: Integer): Code {
  return intCode(type, call.line, run);
}

/** A result in scratch memory, of strsize bytes. */
function giveText(call: Call, run: Text): Code {
  const { options } = call.environment;
  return textCode(STRING, call.line, (frame) => {
    const result = run(frame);
    takeScratch(frame, options.strsize, call.offset);
    return result === null ? null : result.slice(0, options.strsize - 1);
  });
}

function build(call: Call, name: string): Code {
  switch (name) {
    case 'copyinstr':
      return copyinstr(call);
    case 'copyin':
      return copyin(call);
    case 'json':
      return json(call);
    case 'strjoin':
      return strjoin(call);
    case 'strtok': {
      const from = text(call, 0);
      const separators = readText(call, 1);
      return giveText(call, (frame) => nextToken(frame.tokens, from(frame), separators(frame)));
    }
    case 'substr': {
      const from = readText(call, 0);
      const start = integer(call, 1) ?? (() => 0n);
      const count = integer(call, 2);
      const { options } = call.environment;
      return giveText(call, (frame) =>
        substring(
          from(frame),
          Number(start(frame)),
          count === null ? null : Number(count(frame)),
          options.strsize,
        ),
      );
    }
    case 'strtoll': {
      const from = readText(call, 0);
      const base = integer(call, 1);
      return giveInteger(call, INT64, (frame) => {
        const radix = base === null ? 10 : Number(base(frame));
        if (radix < 2 || radix > 36) throw new Fault('illegal operation', 0n, call.offset);
        return parseInteger(from(frame), radix);
      });
    }
    case 'strlen': {
      const from = readText(call, 0);
      return giveInteger(call, integerNamed('size_t'), (frame) => BigInt(from(frame).length));
    }
    case 'lltostr': {
      const value = integer(call, 0) ?? (() => 0n);
      const base = integer(call, 1);
      return giveText(call, (frame) => integerText(value(frame), base === null ? 10 : Number(base(frame))));
    }
    case 'index':
    case 'rindex':
      return find(call, name);
    case 'strstr':
    case 'strchr':
    case 'strrchr':
      return tail(call, name);
    case 'rand':
      return giveInteger(call, INT, () => BigInt(Math.floor(Math.random() * 0x80000000)));
    case 'progenyof': {
      const pid = integer(call, 0) ?? (() => 0n);
      return giveInteger(call, INT, (frame) => {
        const wanted = Number(pid(frame));
        return frame.process.pid === wanted || frame.process.parentPid === wanted ? 1n : 0n;
      });
    }
    case 'htons':
    case 'ntohs':
      return swapBytes(call, integerNamed('uint16_t'));
    case 'htonl':
    case 'ntohl':
      return swapBytes(call, integerNamed('uint32_t'));
    case 'htonll':
    case 'ntohll':
      return swapBytes(call, integerNamed('uint64_t'));
    default:
      return pathOrCase(call, name);
  }
}

const TEXT_TO_TEXT: Readonly<Record<string, (from: string) => string>> = {
  basename: baseName,
  dirname: directoryName,
  cleanpath: cleanPath,
  tolower: (from) => from.replaceAll(/[A-Z]/g, (c) => c.toLowerCase()),
  toupper: (from) => from.replaceAll(/[a-z]/g, (c) => c.toUpperCase()),
};

function pathOrCase(call: Call, name: string): Code {
  const change = TEXT_TO_TEXT[name];
  if (change === undefined) throw new CompileError(`undefined function name: ${name}`, call.line);
  const from = readText(call, 0);
  return giveText(call, (frame) => change(from(frame)));
}

function copyinstr(call: Call): Code {
  const address = integer(call, 0) ?? (() => 0n);
  const limit = integer(call, 1);
  const { options } = call.environment;
  return textCode(STRING, call.line, (frame) => {
    takeScratch(frame, options.strsize, call.offset);
    const at = address(frame);
    const bytes = memoryAt(frame, at);
    if (bytes === null) throw new Fault('invalid address', BigInt.asUintN(64, at), call.offset);
    const most = limit === null ? options.strsize - 1 : Math.min(options.strsize - 1, Number(limit(frame)));
    return bytes.length > most ? bytes.slice(0, Math.max(0, most)) : bytes;
  });
}

function copyin(call: Call): Code {
  const address = integer(call, 0) ?? (() => 0n);
  const size = integer(call, 1) ?? (() => 0n);
  return {
    kind: 'bytes',
    type: { kind: 'bytes', name: 'void *', target: null },
    line: call.line,
    run: (frame) => {
      const at = address(frame);
      const count = Number(BigInt.asUintN(64, size(frame)));
      takeScratch(frame, count, call.offset);
      const bytes = memoryAt(frame, at);
      // The text's NUL is mapped too; what follows it on its page reads as zeros.
      if (bytes === null) throw new Fault('invalid address', BigInt.asUintN(64, at), call.offset);
      return bytes.slice(0, count).padEnd(count, '\0');
    },
  };
}

function json(call: Call): Code {
  const from = readText(call, 0);
  const selector = readText(call, 1);
  const { options } = call.environment;
  return textCode(STRING, call.line, (frame) => {
    const source = from(frame);
    const wanted = selector(frame);
    if (source.length + wanted.length + 2 > frame.scratch) {
      throw new Fault('out of scratch space', 0n, call.offset);
    }
    const found = selectJson(source.slice(0, options.strsize), wanted);
    if (found !== null) takeScratch(frame, source.length + 1, call.offset);
    return found;
  });
}

function strjoin(call: Call): Code {
  const first = readText(call, 0);
  const second = readText(call, 1);
  const { options } = call.environment;
  return giveText(call, (frame) => {
    const joined = first(frame) + second(frame);
    if (joined.length >= options.strsize) throw new Fault('out of scratch space', 0n, call.offset);
    return joined;
  });
}

function find(call: Call, name: 'index' | 'rindex'): Code {
  const from = readText(call, 0);
  const part = readText(call, 1);
  const position = integer(call, 2);
  return giveInteger(call, INT, (frame) => {
    const source = from(frame);
    const wanted = part(frame);
    if (name === 'index') {
      const start = position === null ? 0 : Math.max(0, Number(position(frame)));
      if (start > source.length) return wanted === '' ? BigInt(source.length) : -1n;
      return BigInt(source.indexOf(wanted, start));
    }
    const start = position === null ? source.length : Number(position(frame));
    if (start < 0) return wanted === '' ? 0n : -1n;
    return BigInt(source.lastIndexOf(wanted, start));
  });
}

function tail(call: Call, name: 'strstr' | 'strchr' | 'strrchr'): Code {
  const from = readText(call, 0);
  const part = name === 'strstr' ? readText(call, 1) : character(call, 1);
  return giveText(call, (frame) => {
    const source = from(frame);
    const wanted = part(frame);
    const at = name === 'strrchr' ? source.lastIndexOf(wanted) : source.indexOf(wanted);
    return at === -1 ? null : source.slice(at);
  });
}

function character(call: Call, index: number): (frame: Frame) => string {
  const code = integer(call, index) ?? (() => 0n);
  return (frame) => String.fromCharCode(Number(BigInt.asUintN(8, code(frame))));
}

function swapBytes(call: Call, type: IntType): Code {
  const value = integer(call, 0) ?? (() => 0n);
  return giveInteger(call, type, (frame) => {
    let from = BigInt.asUintN(type.size * 8, value(frame));
    let swapped = 0n;
    for (let i = 0; i < type.size; i++) {
      swapped = (swapped << 8n) | (from & 0xffn);
      from >>= 8n;
    }
    return BigInt.asIntN(64, swapped);
  });
}
