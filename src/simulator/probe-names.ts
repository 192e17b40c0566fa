/**
 * The probes that exist in a running Crucible process: those with a call site in its source
 * (https://github.com/oxidecomputer/crucible, upstairs/src/lib.rs and downstairs/src/lib.rs declare them).
 * A name that stands twice has two call sites, hence two D probes.
 */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const UPSTAIRS_PROBES: readonly string[] = words(`
  up-status ds-ping-sent
  up-apply up-action_downstairs up-action_guest up-action_deferred_block up-action_deferred_message
  up-action_flush_check up-action_stat_check up-action_control_check up-action_noop
  volume-read-start volume-write-start volume-writeunwritten-start volume-flush-start
  gw-read-start gw-write-start gw-write-unwritten-start gw-write-deps gw-flush-start gw-barrier-start
  gw-close-start gw-repair-start gw-noop-start gw-reopen-start
  up-to-ds-read-start up-to-ds-write-start up-to-ds-write-unwritten-start up-to-ds-flush-start
  up-to-ds-flush-start up-to-ds-barrier-start up-block-req-dropped
  ds-read-client-start ds-write-client-start ds-write-unwritten-client-start ds-flush-client-start
  ds-barrier-client-start ds-close-start ds-repair-start ds-noop-start ds-reopen-start
  ds-read-net-start ds-write-net-start ds-write-unwritten-net-start ds-flush-net-start
  ds-read-net-done ds-write-net-done ds-write-unwritten-net-done ds-flush-net-done
  ds-read-client-done ds-write-client-done ds-write-unwritten-client-done ds-flush-client-done
  ds-barrier-client-done ds-close-done ds-repair-done ds-noop-done ds-reopen-done
  gw-read-done gw-write-done gw-write-unwritten-done gw-flush-done gw-barrier-done
  gw-close-done gw-repair-done gw-noop-done gw-reopen-done
  reqwest-read-start reqwest-read-done
  volume-read-done volume-write-done volume-writeunwritten-done volume-flush-done`);

/** Of the provider `slog<pid>`: a message that is logged, by its level. */
export const LOG_PROBES: readonly string[] = words('trace debug info warn error critical');

export const DOWNSTAIRS_PROBES: readonly string[] = words(`
  submit-read-start submit-writeunwritten-start submit-write-start submit-flush-start submit-barrier-start
  submit-el-close-start submit-el-flush-close-start submit-el-repair-start submit-el-reopen-start
  submit-el-noop-start work-start
  os-read-start os-writeunwritten-start os-write-start os-flush-start work-process
  os-read-done os-writeunwritten-done os-write-done os-flush-done
  submit-read-done submit-writeunwritten-done submit-write-done submit-flush-done
  extent-flush-start extent-flush-done extent-flush-file-start extent-flush-file-done
  extent-flush-collect-hashes-start extent-flush-collect-hashes-done
  extent-flush-sqlite-insert-start extent-flush-sqlite-insert-done
  extent-write-start extent-write-done extent-write-get-hashes-start extent-write-get-hashes-done
  extent-write-file-start extent-write-file-done
  extent-write-sqlite-insert-start extent-write-sqlite-insert-done
  extent-write-raw-context-insert-start extent-write-raw-context-insert-done
  extent-read-start extent-read-done extent-read-get-contexts-start extent-read-get-contexts-done
  extent-read-file-start extent-read-file-done extent-context-truncate-start extent-context-truncate-done
  extent-set-block-contexts-write-count
  submit-el-close-done submit-el-repair-done submit-el-done work-done`);
