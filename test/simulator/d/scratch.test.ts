import { virtualMachine, startDtrace } from './virtual-machine.ts';
import { test } from "vitest"; test("x", async () => {
const m = virtualMachine();
const s = startDtrace(m, ['-Z','-s','x.d','3'], {'x.d': `#!/usr/sbin/dtrace -s
#pragma D option quiet
#pragma D option strsize=4k
inline string brief[string s] = s == "Active" ? "ACT" : s == "Faulted" ? "FLT" : s;
dtrace:::BEGIN { printf("%5s %8s\\n", "PID", "SESSION"); show = 21; }
crucible_upstairs*:::up-status
{
    this->j = copyinstr(arg1);
    this->v = json(this->j, "ok");
    this->d0 = json(this->v, "ds_state[0]");
    printf("CF1\\t%d\\t%s\\t%s\\t%s\\n", pid, zonename, this->v != NULL ? this->v : "null", brief[this->d0]);
    @[pid, probename] = quantize(timestamp / 1000);
    @c[zonename] = count();
}
tick-$1s { exit(0); }
`});
m.fire(101,'up-status',['stats','{"ok":{"a":"é","ds_state":["Active","Faulted"]}}']);
m.clock.advance(2500);
m.fire(101,'up-status',['stats','{"ok":{"a":"é","ds_state":["Faulted","Faulted"]}}']);
m.clock.advance(5000);
console.log(s.stdout, s.stderr, await s.settle());
});
