export { createInboxLoop, type InboxLoop, type InboxLoopOptions, type InboxMetrics } from "./inbox-loop.js";
export type { Log } from "./log.js";
export { createScheduler, type Scheduler, type SchedulerOptions } from "./scheduler.js";
export type { TaskFunctions } from "./task-functions.js";
export { createTasks, type TasksOptions, type TaskThreads } from "./tasks.js";
