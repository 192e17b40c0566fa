import { describe, expect, it } from 'vitest';
import { wasTurnedAway } from '../../src/transport/openssh/failure.ts';

describe('wasTurnedAway', () => {
  it.each([
    'kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 10.0.0.1 port 22\r\n',
    'kex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n',
    'ssh_exchange_identification: Connection closed by remote host\r\n',
  ])('is so where ssh says nothing but that nothing was said: %s', (words) => {
    expect(wasTurnedAway(words)).toBe(true);
  });

  it.each([
    '',
    // A login may have begun.
    'Connection closed by 10.0.0.1 port 22\r\n',
    'Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\r\nDisconnected from 10.0.0.1 port 22\r\n',
    'ssh_dispatch_run_fatal: Connection to UNKNOWN port 65535: Broken pipe\r\n',
    // The gateway did not lead there.
    'channel 0: open failed: connect failed: Connection refused\r\nstdio forwarding failed\r\nkex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n',
  ])('is not so of anything else: %s', (words) => {
    expect(wasTurnedAway(words)).toBe(false);
  });
});
