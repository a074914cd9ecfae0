import { GatehouseError } from "@gatehouse/core/errors";

/** What was declared makes no catalog; the message is for the agent, and its operator. */
export const failure = (message: string): GatehouseError => new GatehouseError("catalog-failed", message);
