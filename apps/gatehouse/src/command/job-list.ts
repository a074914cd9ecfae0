import type { JobState, JobTask } from "@gatehouse/client";
import { jobStates, jobTasks } from "@gatehouse/core/jobs";
import { type Command, Option } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { jobsText, ordersText } from "./job-text.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";

interface ListFlags extends PageFlags {
  readonly order?: string;
  readonly node?: string;
  readonly state?: JobState;
  readonly task?: JobTask;
}

/** `gatehouse job orders` */
export function ordersCommand(job: Command, context: CommandContext): void {
  paged(job.command("orders").description("what was ordered, newest first, and how far it is")).action(
    async (flags: PageFlags, command: Command) => {
      const session = sessionOf(command, context);
      const page = await follow(flags, async (query) => {
        const { orders, next } = await session.ask((api) => api.GET("/job-orders", { params: { query } }));
        return { items: orders, next };
      });
      session.show({ orders: page.items, next: page.next }, () => ordersText(page.items) + goesOn(page));
    },
  );
}

/** `gatehouse job list` */
export function listCommand(job: Command, context: CommandContext): void {
  const list = job
    .command("list")
    .description("jobs, newest first, with why those that wait do")
    .option("--order <order>", "only those of this order: name or id")
    .option("--node <node>", "only those of this node: name, id or alias")
    .addOption(new Option("--state <state>", "only those in this state").choices(jobStates))
    .addOption(new Option("--task <task>", "only those of this task").choices(jobTasks));
  paged(list).action(async (flags: ListFlags, command: Command) => {
    const session = sessionOf(command, context);
    const { limit: _, after: __, all: ___, ...filter } = flags;
    const page = await follow(flags, async (part) => {
      const query = { ...filter, ...part };
      const { jobs, next } = await session.ask((api) => api.GET("/jobs", { params: { query } }));
      return { items: jobs, next };
    });
    const isFiltered = Object.keys(filter).length > 0;
    session.show({ jobs: page.items, next: page.next }, () => jobsText(page.items, isFiltered) + goesOn(page));
  });
}
