import { checks, processors } from "@gatehouse/dsc/processors";

/** Every pure function that may run on a thread of its own, by name. Threads load this module: keep it light. */
export const tasks = { ...processors, ...checks };
