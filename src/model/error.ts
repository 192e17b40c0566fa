/**
 * What can go wrong with one sled, one file or one option, as words that programs may rely on.
 *
 * The message of a FleetError names the thing and what to try next; it never repeats its cause's message,
 * which one place (`describeError`) prints after it.
 */
export const ERROR_CODES = [
  // connect
  'timeout',
  'refused',
  'unreachable',
  'name_not_found',
  'handshake',
  'host_key_unknown',
  'host_key_changed',
  'host_key_revoked',
  'authentication',
  'key_unreadable',
  'gateway',
  'forwarding_refused',
  'pipe',
  // any stage
  'connection_lost',
  'not_tried',
  'interrupted',
  'deadline',
  // upload
  'no_space',
  'read_only',
  'upload',
  'not_ours',
  // run
  'channel_refused',
  'not_begun',
  'busy',
  'pfexec',
  'cut',
  'no_dtrace',
  'dtrace_privileges',
  'dtrace',
  'exit_status',
  'output_limit',
  // before any sled is visited
  'usage',
  'inventory',
  'configuration',
  // of a recording
  'recording',
  // of what a check remembers, and of silences
  'state',
  // of what leaves the program
  'mail',
  'webhook',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The sled's run was told to end: what it had sent until then is kept and shown. */
export const ENDED_EARLY: readonly ErrorCode[] = ['interrupted', 'deadline'];

export class FleetError extends Error {
  readonly code: ErrorCode;
  /** What a remote command had printed before it failed, where it had. */
  readonly partial: PartialOutput | null;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; partial?: PartialOutput }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FleetError';
    this.code = code;
    this.partial = options?.partial ?? null;
  }
}

export interface PartialOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** The message of an error and of each of its causes, on one line: `what: why: why`. */
export function describeError(error: unknown): string {
  return messagesOf(error)
    .join(': ')
    .replaceAll(/\s*\n\s*/g, ' ');
}

/** The messages of an error and of its causes, each once; empty ones are left out. */
export function messagesOf(error: unknown): readonly string[] {
  const parts: string[] = [];
  for (let e: unknown = error; e !== undefined && e !== null && parts.length < 8;) {
    const text = (e instanceof Error ? e.message : typeof e === 'string' ? e : JSON.stringify(e)).trim();
    if (text !== '' && !parts.includes(text)) parts.push(text);
    e = e instanceof Error ? e.cause : undefined;
  }
  return parts;
}

/** `ENOENT`, `EACCES`, … of an error of the system; null for other errors. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
