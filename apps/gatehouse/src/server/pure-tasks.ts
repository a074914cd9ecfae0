import { checks, processors } from "@gatehouse/dsc/processors";
import type { TaskFunctions } from "@gatehouse/work";

/** Every pure function that may run on a thread of its own, by name. Threads load this module: keep it light. */
export const tasks: TaskFunctions = { ...processors, ...checks };
