#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  // Node 22.1 and later.
  if (module.enableCompileCache !== undefined) {
    const { keepCompiledCode } = await import('../dist/start.js');
    keepCompiledCode(module.enableCompileCache);
  }
  const [, , command, ...words] = process.argv;
  if (command === '__complete') {
    // What a shell asks at a tab starts without the rest of the program.
    const { completeLine } = await import('../dist/complete.js');
    await completeLine(words);
  } else {
    const { main } = await import(program.href);
    await main();
  }
} else {
  process.stderr.write('cruc-fleet: this copy holds no program yet; make it with: npm ci && npm run build\n');
  process.exitCode = 70;
}
