import { known } from '../facts/value.ts';
import type { Copy, ServiceSeen } from './evidence.ts';
import { sinceWords } from '../facts/service-since.ts';

/** `service of region 3f… on 3/9 is in maintenance since 02:11:03` */
export function serviceSays({ place, sled }: Copy, { state, since }: ServiceSeen): string {
  const region = known(place.region);
  const of = region === null ? '' : ` of region ${region}`;
  const on = sled === null ? '' : ` on ${sled}`;
  const when = since === null ? '' : ` since ${sinceWords(since)}`;
  return `service${of}${on} is ${state === 'maintenance' ? 'in maintenance' : state}${when}`;
}

/** What would clear it, on its sled; null where nothing would that is known. It is printed, and never run. */
export function clearCommand({ service, sled }: Copy): string | null {
  if (service?.state !== 'maintenance' || sled === null) return null;
  return `svcadm -z ${service.zone} clear ${service.fmri}`;
}
