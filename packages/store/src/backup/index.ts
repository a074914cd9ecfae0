export { type CheckedBackup, checkBackup, type Opening } from "./check.js";
export { type CreateBackupOptions, type CreatedBackup, createBackup } from "./create.js";
export type { BackupHeader, TableSum } from "./format.js";
export { type RestoreBackupOptions, restoreBackup } from "./restore.js";
export { checkPassphrase } from "./wrapped-key.js";
