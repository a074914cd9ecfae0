import type { Group, GroupChanges, PutGroup, StoredGroup } from "./types.js";

/** Port: the groups that operators keep. */
export interface Groups {
  /** By name. */
  list(): Promise<StoredGroup[]>;
  get(name: string): Promise<StoredGroup | undefined>;
  /**
   * Adds a group, or puts it in the place of the one of its name.
   * @throws request-malformed naming every problem of it; conflict when the other groups do not fit with it
   */
  put(group: Group, by: string): Promise<PutGroup>;
  /** @returns false when there was none @throws conflict while other groups name it as their parent */
  remove(name: string): Promise<boolean>;
  /**
   * Many at once: the set as it is afterwards is checked, so that their order does not matter.
   * @returns what became of those that were put, in their order; and which were there to be removed
   * @throws as `put` and `remove`; nothing is changed then
   */
  change(changes: GroupChanges, by: string): Promise<{ readonly put: PutGroup[]; readonly removed: string[] }>;
}
