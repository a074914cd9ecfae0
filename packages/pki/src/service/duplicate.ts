import { GatehouseError } from "@gatehouse/core/errors";
import { shown } from "../names.js";

/** What a name has already. */
export type Taken = "requested" | "signed" | "revoked";

/** Agents expect this text while they wait, and go on (wire/puppet.md section 4, "Bootstrap"). */
export const duplicate = (name: string, taken: Taken) =>
  new GatehouseError("conflict", `${shown(name)} already has a ${taken} certificate; ignoring certificate request`);
