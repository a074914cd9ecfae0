import { loadRound } from "./round.js";
import type { LoadPlan } from "./types.js";

/** The load's own process: one plan in, one result or error out, until its parent is gone. */
process.on("message", (plan: LoadPlan) => {
  loadRound(plan).then(
    (result) => process.send?.({ result }),
    (thrown: unknown) => process.send?.({ error: thrown instanceof Error ? thrown.message : String(thrown) }),
  );
});
process.on("disconnect", () => process.exit(0));
