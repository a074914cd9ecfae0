import type { Fleet } from "../fleet.js";
import type { CommandOfSite } from "../gatehouse.js";

/** A fleet, and the command on its gateway. */
export interface VerbsSite extends CommandOfSite {
  /** Known once the tests run. */
  fleet(): Fleet;
}
