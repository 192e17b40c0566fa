import { answered, failed, partial, timedOut, type Arrangement, type Fault } from '../fault.ts';
import { TOOLS, type WayName } from '../ways.ts';

const chapter = 'Tools of a rack';

/** All that a tool can be asked. */
const asked = (tool: Arrangement['tool'], change: Arrangement = {}): Arrangement => ({
  job: { verb: 'ds-state' },
  ...(tool === undefined ? {} : { tool }),
  ...change,
});

/** What goes wrong with what stands between us and the sleds: pilot and sush. */
function fault(
  {
    ways = TOOLS,
    ...about
  }: Pick<Fault, 'id' | 'what' | 'remedy' | 'hits' | 'expect' | 'by'> & {
    readonly ways?: readonly WayName[];
  },
  arrangement: Arrangement,
): Fault {
  return { ...about, chapter, ways, arrange: () => arrangement };
}

const BY_HAND = 'Run the command by hand, where the tool runs, and read what it says.';

export const TOOL_FAULTS: readonly Fault[] = [
  fault(
    {
      id: 'tool-well',
      what: 'Nothing is wrong',
      remedy: 'Nothing.',
      expect: answered(),
    },
    asked(undefined),
  ),
  fault(
    {
      id: 'tool-names-no-such-sled',
      what: 'The tool does not mention a sled',
      remedy: 'Its discovery does not see the sled: look at its console, or ask it over SSH.',
      expect: failed('connect', 'unreachable'),
    },
    asked({ sled: { isSeen: false } }),
  ),
  fault(
    {
      id: 'tool-does-not-reach',
      what: 'The tool cannot reach the sled, or does not see it end',
      remedy: 'Look at the sled: is it up, is its sshd, or what stands for it, alive?',
      expect: failed('connect', 'unreachable'),
      by: { sush: failed('run', 'timeout') },
    },
    asked({ sled: { isEndless: true } }),
  ),
  fault(
    {
      id: 'tool-reply-cut',
      what: 'What the tool passes on of the sled is cut in the middle',
      remedy: 'Ask again; rows may be missing.',
      expect: partial('cut'),
    },
    asked({ sled: { shown: 0.6 } }),
  ),
  fault(
    {
      id: 'tool-prints-nothing',
      what: 'The tool prints nothing',
      remedy: BY_HAND,
      hits: 'rack',
      expect: failed('connect', 'exit_status'),
    },
    asked({ world: { shown: 0 } }),
  ),
  fault(
    {
      id: 'tool-asks-to-log-in',
      what: 'The tool asks to log in',
      remedy: 'Log in first, as the tool says; a signed job of sush may be used up.',
      hits: 'rack',
      expect: failed('connect', 'exit_status'),
    },
    asked({ world: { asksForLogin: true } }),
  ),
  fault(
    {
      id: 'tool-missing',
      what: 'The tool is not there',
      remedy: 'Correct `tool:` in the inventory, or name a gateway that has it.',
      hits: 'rack',
      expect: failed('connect', 'exit_status'),
    },
    asked({ command: '/nonexistent/tool' }),
  ),
  fault(
    {
      id: 'tool-hangs',
      what: 'The tool hangs',
      remedy: BY_HAND,
      hits: 'rack',
      expect: timedOut('connect', 'deadline'),
    },
    asked({ world: { hangs: true } }, { argv: ['--deadline', '8s'], limitMs: 4_000 }),
  ),
  fault(
    {
      id: 'tool-fails-at-its-end',
      what: 'The tool has said all, and ends with a status that is not 0',
      remedy: 'Nothing: each answer has its own end.',
      expect: answered(),
    },
    asked({ world: { status: 3 } }),
  ),
  fault(
    {
      id: 'tool-noise',
      what: 'The tool prints something of its own before and after the sleds',
      remedy: 'Nothing: what comes before an answer is reported, or ignored.',
      hits: 'rack',
      expect: answered(),
      by: { pilot: answered({ warning: 'pilot said before the sleds: a newer version is out' }) },
    },
    asked({ world: { before: 'a newer version is out\n', after: 'done in 4.2 s\n' } }),
  ),
  fault(
    {
      id: 'sled-runs-something-else',
      what: 'The sled answers to the tool, and does not run the text',
      remedy: 'Run the text of `cruc-fleet script` on the sled by hand.',
      expect: failed('run', 'not_begun'),
    },
    asked({ sled: { instead: 'echo this account is not available' } }),
  ),
  fault(
    {
      id: 'sled-answers-an-older-question',
      what: 'The sled answers another question, as one that was asked before',
      remedy: 'Ask again; for sush, sign the text of this question.',
      expect: failed('run', 'not_begun'),
    },
    asked({
      sled: {
        instead:
          "echo 'cruc-fleet 0123456789ab begin 1 BRM42220000 probe=lr-state seconds=3 interval=0'; echo 'cruc-fleet 0123456789ab end 0 0 0'",
      },
    }),
  ),
  fault(
    {
      id: 'tool-hash-wrong',
      what: 'What arrived is not what the sled wrote',
      remedy: 'Ask again; tell whoever keeps sush.',
      ways: ['sush'],
      hits: 'rack',
      expect: partial('warning'),
    },
    asked({ world: { wrongHash: true } }),
  ),
  fault(
    {
      id: 'tool-loses-a-stream',
      what: 'What the sled printed cannot be fetched',
      remedy: 'Ask again, or fetch it by hand: `sush job stdout -T SERIAL ID`.',
      ways: ['sush'],
      expect: failed('run', 'exit_status'),
    },
    asked({ sled: { isLost: true } }),
  ),
  fault(
    {
      id: 'tool-sled-elsewhere',
      what: 'Another sled is in that cubby',
      remedy: 'Correct the inventory.',
      ways: ['pilot'],
      expect: failed('connect', 'unreachable'),
    },
    asked({ sled: { called: 'BRM42229999' } }),
  ),
  fault(
    {
      id: 'tool-says-it-twice',
      what: 'The tool prints a sled twice',
      remedy: BY_HAND,
      ways: ['pilot'],
      expect: failed('run', 'not_begun'),
    },
    asked({ sled: { isTold: 'twice' } }),
  ),
  fault(
    {
      id: 'tool-without-gateway',
      what: 'The gateway on which the tool is cannot be reached',
      remedy: 'Look at the gateway; a second one is tried where the inventory names it.',
      hits: 'rack',
      expect: failed('connect', 'gateway'),
    },
    asked(undefined, { gateway: { port: 1, via: undefined } }),
  ),
];
