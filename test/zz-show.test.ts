import { it } from 'vitest';
it('x', async () => { process.argv[2]='100'; await import('/tmp/show.ts'); },100000);
