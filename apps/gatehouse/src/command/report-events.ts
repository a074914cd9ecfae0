import type { EventStatus, ReportEvent } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { table } from "./output.js";
import { follow, goesOn, type Page, type PageFlags, paged } from "./pages.js";

/** What needs a look comes first. */
export const BY_CONCERN: readonly EventStatus[] = ["failed", "noncompliant", "skipped", "changed", "ok"];

/** `gatehouse report events` */
export function eventsCommand(report: Command, context: CommandContext): void {
  const events = report
    .command("events")
    .description("the resources' lines of a report, in its order")
    .argument("<id>", "the report's id");
  paged(events).action(async (id: string, flags: PageFlags, command: Command) => {
    const session = sessionOf(command, context);
    const page = await eventPage(session, id, flags);
    session.show({ events: page.items, next: page.next }, () => eventsText(page.items) + goesOn(page));
  });
}

/** Every line of a report. */
export const allEvents = async (session: Session, id: string): Promise<readonly ReportEvent[]> =>
  (await eventPage(session, id, { all: true })).items;

function eventPage(session: Session, id: string, flags: PageFlags): Promise<Page<ReportEvent>> {
  return follow(flags, async (query) => {
    const params = { path: { report: id }, query };
    const { events, next } = await session.ask((api) => api.GET("/reports/{report}/events", { params }));
    return { items: events, next };
  });
}

export function eventsText(events: readonly ReportEvent[]): string {
  return table(
    ["", "STATUS", "RESOURCE", "SECONDS", "MESSAGE"],
    events.map(({ seq, status, resource, seconds, message, detail }) => [
      seq,
      status,
      resource,
      seconds,
      // The agent found it as it had left it no more.
      detail["corrective"] === true ? `${message ?? ""} (corrective)`.trim() : message,
    ]),
    "The report names no resource.",
  );
}
