import { setFlagsFromString } from 'node:v8';

/**
 * In each worker, before its tests: the V8 of Node 20 compiles again, in threads of its own, what has run for long;
 * that is a fifth of the work of a suite, and seldom pays: tests run much, and little of it long. Fifteen times as long
 * as by default suits them. Later ones wait longer by themselves, and have no such flag.
 */
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=1000000');
