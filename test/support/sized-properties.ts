import fc from 'fast-check';
import { runs } from './sized.ts';

/** In each worker, before its tests: how often a property is tried that does not say it itself. */
fc.configureGlobal(runs(30, 1000));
