import { effectOn } from '../../impact/effect.ts';
import { groundOf, type Subject } from '../../impact/ground.ts';
import { judge, type Coverage, type Stopping, type Verdict } from '../../impact/verdict.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { otherSerial } from '../../model/serial.ts';
import type { ImpactLook } from './impact-look.ts';

/** The verdict of a look on a sled, disk or pool. */
export function verdictOn(subject: Subject, look: ImpactLook, inventory: Inventory): Verdict {
  const ground = groundOf(look.base, subject);
  return judge(
    ground,
    look.running.map((running) => effectOn(running, ground)),
    coverageFor(subject, look, inventory),
    stoppingOn(subject, look),
  );
}

function coverageFor({ sled }: Subject, { outcomes }: ImpactLook, inventory: Inventory): Coverage {
  const own = outcomes.find((outcome) => outcome.sled.id === sled.id);
  const asked = new Set(outcomes.map((outcome) => outcome.sled.id));
  const isAnswered = own?.status === 'answered';
  return {
    selected: outcomes.length,
    notReached: outcomes.filter(({ status }) => status === 'failed').length,
    inPart: outcomes.filter((outcome) => outcome.status === 'answered' && outcome.issues.length > 0).length,
    notSelected: inventory.targets.filter(
      (target) => target.sled.rack === sled.rack && !asked.has(target.sled.id),
    ).length,
    isReached: isAnswered,
    answeredAs: isAnswered ? otherSerial(own.hostName, sled.serial) : null,
  };
}

/** The VMs whose zones are on it: of a disk or pool, those whose zone's root is. */
function stoppingOn({ sled, pools }: Subject, { asked }: ImpactLook): Stopping {
  const vms = (asked.zones.get(sled.id) ?? []).filter(({ name }) => name.startsWith('oxz_propolis-server_'));
  if (pools === null) return { zones: vms.map(({ name }) => name), unknown: 0 };
  return {
    zones: vms.filter(({ pool }) => pool !== null && pools.has(pool)).map(({ name }) => name),
    unknown: vms.filter(({ pool }) => pool === null).length,
  };
}
