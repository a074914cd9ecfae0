import { JOB_RESULT, jobReport } from "@gatehouse/core/jobs";
import * as dsc from "@gatehouse/dsc/processors";
import * as fusioninventory from "@gatehouse/fusioninventory/processors";
import * as glpi from "@gatehouse/glpi/processors";
import * as puppet from "@gatehouse/puppet/processors";
import type { TaskFunctions } from "@gatehouse/work";

/** Every pure function that may run on a thread of its own, by name. Threads load this module: keep it light. */
export const tasks: TaskFunctions = {
  ...{ ...dsc.processors, ...dsc.checks },
  ...{ ...puppet.processors, ...puppet.checks },
  ...{ ...glpi.processors, ...glpi.checks },
  ...{ ...fusioninventory.processors, ...fusioninventory.checks },
  [JOB_RESULT]: jobReport,
};

/** Those that never run on the main thread. */
export const aside = [...puppet.aside, ...glpi.aside, ...fusioninventory.aside];
