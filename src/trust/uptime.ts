/**
 * Says how long the first process of a system (on illumos, of a zone) has been running: `[[dd-]hh:]mm:ss`, the same in
 * illumos, Linux and the BSDs (POSIX, ps, etime). It is read by no clock of the sled, which may be wrong.
 */
export const UPTIME_SCRIPT = 'LC_ALL=C ps -o etime= -p 1';
