import type { JobEvent, JobSummary } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { jobOrOrder } from "./job-find.js";
import { jobText, orderText } from "./job-text.js";
import { follow } from "./pages.js";

/** Jobs of an order that went wrong, of each kind, at the most. */
const MOST_FAILED = 20;

/** `gatehouse job show` */
export function showCommand(job: Command, context: CommandContext): void {
  job
    .command("show")
    .description("a job with its story, or an order with how far it is and what went wrong")
    .argument("<id>", "a job's id, or an order's name or id")
    .action(async (id: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const found = await jobOrOrder(
        id,
        () => session.ask((api) => api.GET("/jobs/{job}", { params: { path: { job: id } } })),
        () => session.ask((api) => api.GET("/job-orders/{order}", { params: { path: { order: id } } })),
      );
      if ("counts" in found) {
        const failed = await failedOf(session, found.id);
        session.show({ ...found, failed }, () => orderText(found, failed));
      } else {
        const events = await eventsOf(session, id);
        session.show({ ...found, events }, () => jobText(found, events));
      }
    });
}

/** Those that failed, and those whose agents did not come in time. */
async function failedOf(session: Session, order: string): Promise<JobSummary[]> {
  const pages = await Promise.all(
    (["ko", "timed-out"] as const).map((state) =>
      session.ask((api) => api.GET("/jobs", { params: { query: { order, state, limit: MOST_FAILED } } })),
    ),
  );
  return pages.flatMap(({ jobs }) => jobs);
}

async function eventsOf(session: Session, id: string): Promise<readonly JobEvent[]> {
  const { items } = await follow<JobEvent>({ all: true }, async (query) => {
    const params = { path: { job: id }, query };
    const { events, next } = await session.ask((api) => api.GET("/jobs/{job}/events", { params }));
    return { items: events, next };
  });
  return items;
}
