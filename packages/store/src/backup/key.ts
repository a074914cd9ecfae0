import { GatehouseError } from "@gatehouse/core/errors";
import { opensCanary } from "../secret-box.js";
import type { Run } from "../session.js";

/** @throws start-refused when a database was not made with this key, or with none */
export async function proveKey(run: Run, key: Buffer): Promise<void> {
  const [row] = await run<{ canary: Buffer }>("select canary from instance");
  if (row === undefined)
    throw new GatehouseError("start-refused", "This database belongs to no instance key yet: nothing is in it.");
  if (!opensCanary(key, row.canary))
    throw new GatehouseError("start-refused", "The instance key is not the one that this database was made with.");
}
