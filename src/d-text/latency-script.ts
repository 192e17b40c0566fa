import { otherColumn, type OtherName } from '../fields/other-columns.ts';
import { furtherKeys, type LatencySpec, type NumberedBy, type Timed } from '../kinds/latency-spec.ts';
import {
  argumentsOf,
  EXIT_CLAUSE,
  given,
  INTERVAL_TICK,
  INTERVALS_BEGIN,
  INTERVALS_END,
  LIVELY,
  madeBy,
  NEXT_INTERVAL,
  QUIET,
  SAY_INTERVAL,
  type Arguments,
} from './common.ts';
import { glossary, paragraphs, programText, type Clause } from './d-program.ts';
import { partClauses, PARTS_DECLARED } from './part-clauses.ts';
import { readVolumeClause } from './volume-clause.ts';

/** What stands between the PID and a value in the tables of what is under way, and what says its kinds. */
const NUMBERS: Readonly<Record<NumberedBy, { readonly of: string; readonly declared: string }>> = {
  job: { of: 'pid, arg0', declared: '0, (int64_t)0' },
  client: { of: 'pid, arg0, arg1', declared: '0, (int64_t)0, (int64_t)0' },
  extent: { of: 'pid, arg1', declared: '0, (int64_t)0' },
  volume: { of: 'pid, this->volume, arg0', declared: '0, "-", (int64_t)0' },
};

/** The script that times IOs. `source` is the file that it is made of. */
export function latencyScript(spec: LatencySpec, source: string): string {
  const isByVolume = furtherKeys(spec).includes('volume');
  const args = argumentsOf(`${spec.name}.d`, [
    'SECONDS',
    'INTERVAL',
    isByVolume ? 'VOLUME' : 'PID',
    'FIELDS',
  ]);
  const provided = (probe: string): string => `crucible_${spec.provider}*:::${probe}`;
  const wanted = isByVolume ? 'this->wanted' : '$3 == 0 || pid == $3';
  return programText({
    header: headerOf(spec, args, source),
    options: [
      ...QUIET,
      'bufsize=256k',
      `aggsize=${spec.aggsize ?? '256k'}`,
      `dynvarsize=${spec.dynvarsize ?? '4m'}`,
      // Room that is given back is clean so often; at the default of 101hz busy sleds run out of clean room.
      'cleanrate=333hz',
      ...LIVELY,
      'aggrate=10hz',
    ],
    clauses: [
      {
        probes: ['dtrace:::BEGIN'],
        body: [
          `limit = ${given('$1', 30)};`,
          `interval = ${given('$2', 0)};`,
          'due = interval > 0 ? interval : limit;',
          'elapsed = 0;',
          'fields = $$4 == "FIELDS";',
          ...INTERVALS_BEGIN,
          ...(isByVolume ? ['only = tolower($$3);'] : []),
          '/* Only to say what kind of values these hold. */',
          ...(spec.kind === 'latency'
            ? spec.timed.map((each) => `${tableOf(each)}[${NUMBERS[each.by].declared}] = (uint64_t)0;`)
            : PARTS_DECLARED),
        ],
      },
      ...(isByVolume && spec.kind === 'latency'
        ? [readVolumeClause([...new Set(spec.timed.flatMap(probesOf))].map(provided), 'needed')]
        : []),
      ...(spec.kind === 'latency'
        ? spec.timed.flatMap((each) => timedClauses(each, provided, wanted, isByVolume))
        : partClauses(spec.timed, provided, wanted)),
      { probes: ['tick-1s'], body: INTERVAL_TICK },
      { probes: ['dtrace:::END'], body: [...INTERVALS_END, 'this->rows = 1;'] },
      printClause(spec),
      CLOSING_CLAUSE,
      EXIT_CLAUSE,
    ],
  });
}

function headerOf(spec: LatencySpec, args: Arguments, source: string): readonly string[] {
  const further = furtherKeys(spec);
  const types = [...new Set(spec.timed.map(({ type }) => type))];
  const only = further.includes('volume')
    ? 'VOLUME limits it to the volume with that UUID (0: all).'
    : 'PID limits it to one process (0: all).';
  const mixed =
    spec.provider === 'upstairs'
      ? 'each disk of a process numbers its jobs from 1000, and these probes do not say which disk it was'
      : 'each upstairs numbers its jobs from 1000, and several upstairs may read one region at once';
  return [
    `${spec.name}.d: ${spec.summary}.`,
    '',
    `\t${args.usage}`,
    '',
    ...paragraphs(['Each histogram counts nanoseconds under a line that names its keys:']),
    '',
    `\t${['zone', 'pid', 'type', ...further].map((key) => `${key}=...`).join(' ')}`,
    '',
    ...glossary(
      (['zone', 'pid', 'type', ...further] as const).map((name: OtherName) => [
        name,
        name === 'type' ? types.join(', ') : otherColumn(name).help,
      ]),
    ),
    '',
    ...paragraphs([
      ...spec.about,
      `Two IOs with the same number, under way at once, cannot be told apart (${mixed}): neither is timed, and a ` +
        'line zone=... pid=... type=... ambiguous=N counts them.',
      `It ends by itself after SECONDS (30) and prints then. With an INTERVAL, it prints every so many seconds what ` +
        `came since the last print. ${only}`,
      'With FIELDS as the last argument a line after the histograms of each interval says how long it was and when it ' +
        'ended: interval=N elapsed_ns=N time_ns=N.',
    ]),
    '',
    ...madeBy(source),
  ];
}

/** The table of when the IOs of a type began, by their number. */
function tableOf({ type }: Timed): string {
  return `${type.replaceAll('-', '_')}_at`;
}

function probesOf({ start, done }: Timed): readonly string[] {
  return [start, ...done];
}

/** What a type is counted by, beside zone, PID and type. */
function aggregationOf({ by }: Timed): string {
  return by === 'client' ? 'client' : 'latency';
}

function timedClauses(
  each: Timed,
  provided: (probe: string) => string,
  wanted: string,
  isByVolume: boolean,
): readonly Clause[] {
  const { type, by, start, done } = each;
  const at = `${tableOf(each)}[${NUMBERS[by].of}]`;
  const keys = ['zonename', 'pid', `"${type}"`];
  const further = by === 'client' ? ['arg1'] : by === 'volume' ? ['this->volume'] : [];
  const ended = done.map(provided);
  const readable = isByVolume ? 'this->wanted && ' : '';
  return [
    {
      probes: [provided(start)],
      predicate: wanted,
      body: [`this->at = ${at};`, `${at} = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;`],
    },
    {
      probes: ended,
      ...(isByVolume ? { predicate: 'this->wanted' } : {}),
      body: [`this->at = ${at};`],
    },
    {
      probes: ended,
      predicate: `${readable}this->at > 1000`,
      body: [
        `@${aggregationOf(each)}[${[...keys, ...further].join(', ')}] = quantize(timestamp - this->at);`,
        `${at} = 0;`,
      ],
    },
    {
      probes: ended,
      predicate: `${readable}this->at > 0 && this->at <= 1000`,
      body: [`@ambiguous[${keys.join(', ')}] = count();`, `${at} = this->at - 1;`],
    },
  ];
}

/** Says for programs which interval the histograms before it belong to. */
const CLOSING_CLAUSE: Clause = {
  probes: ['tick-1s', 'dtrace:::END'],
  predicate: 'this->rows && fields',
  body: [SAY_INTERVAL, ...NEXT_INTERVAL],
};

function printClause(spec: LatencySpec): Clause {
  const further = furtherKeys(spec);
  const aggregations =
    spec.kind === 'latency' ? [...new Set(spec.timed.map((each) => aggregationOf(each)))] : ['latency'];
  const keysOf = (aggregation: string): string => {
    if (aggregation === 'client') return ' client=%d';
    const key = further.find((name) => name !== 'client');
    return key === undefined ? '' : ` ${key}=${key === 'volume' ? '%s' : '%d'}`;
  };
  return {
    probes: ['tick-1s', 'dtrace:::END'],
    predicate: 'this->rows',
    body: [
      ...aggregations.map((name) => `printa("zone=%s pid=%d type=%s${keysOf(name)}%@d\\n", @${name});`),
      String.raw`printa("zone=%s pid=%d type=%s ambiguous=%@d\n", @ambiguous);`,
      ...[...aggregations, 'ambiguous'].map((name) => `trunc(@${name});`),
      'due = due + interval;',
    ],
  };
}
