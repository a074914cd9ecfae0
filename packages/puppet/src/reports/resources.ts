import type { EventCounts, EventStatus, ReportEvent } from "@gatehouse/core/reports";
import { flagOf, isObject, type Json, MESSAGE_LENGTH, millis, numberOf, own, shown, stated, textOf } from "./values.js";

/** Lines of one report: no catalog has as many resources. */
const MOST = 10_000;
/** Events of one resource. */
const MOST_EVENTS = 20;
/** Characters of all lines of a report. Beyond it they say only which resource came out how; the submission has it all. */
const MOST_TEXT = 4 << 20;
/** A resource that ran for longer than this many seconds (30 years) did not. */
const LONGEST_SECONDS = 1e9;

/** Resources as a report tells of them. */
export interface SaidResources {
  readonly events: readonly ReportEvent[];
  readonly counts: EventCounts;
}

/**
 * The resources' lines. Agents from 8 on leave out those that were as they should be (wire/puppet.md section 3.8): the
 * total of the metrics counts them.
 * @param total of the metrics; undefined where the run came to none
 */
export function resourcesSaid(resources: readonly Json[], total: number | undefined): SaidResources {
  const counts: Partial<Record<EventStatus, number>> = {};
  const found = resources.map((resource) => ({ resource, status: statusOf(resource) }));
  for (const { status } of found) counts[status] = (counts[status] ?? 0) + 1;
  const unlisted = (total ?? 0) - found.length;
  if (unlisted > 0) counts.ok = (counts.ok ?? 0) + unlisted;
  // What is over the limit is then a resource that is as it should be.
  const first = found.length > MOST ? found.toSorted((a, b) => +(a.status === "ok") - +(b.status === "ok")) : found;
  let length = 0;
  const events = first.slice(0, MOST).map(({ resource, status }) => {
    const event = eventOf(resource, status);
    length += event.resource.length + (event.message?.length ?? 0) + JSON.stringify(event.detail).length;
    return length <= MOST_TEXT ? event : { ...event, message: event.message?.slice(0, 100) ?? null, detail: {} };
  });
  return { events, counts };
}

const eventsOf = (resource: Json): Json[] => {
  const events = own(resource, "events");
  return Array.isArray(events) ? events.slice(0, MOST_EVENTS).filter(isObject) : [];
};

/** A resource that was only looked at, or changed in part, is not as it should be. */
function statusOf(resource: Json): EventStatus {
  const is = (name: string) => own(resource, name) === true;
  if (is("failed") || is("failed_to_restart")) return "failed";
  if (is("skipped")) return "skipped";
  if (eventsOf(resource).some((event) => own(event, "status") === "noop")) return "noncompliant";
  if (is("changed")) return "changed";
  return is("out_of_sync") ? "noncompliant" : "ok";
}

function eventOf(resource: Json, status: EventStatus): ReportEvent {
  const type = textOf(own(resource, "resource_type"));
  const name = textOf(own(resource, "resource")) ?? `${type ?? ""}[${textOf(own(resource, "title")) ?? ""}]`;
  const seconds = numberOf(own(resource, "evaluation_time")) ?? -1;
  const events = eventsOf(resource);
  const corrective = own(resource, "corrective_change") === true;
  const path = own(resource, "containment_path");
  return {
    resource: name,
    type: type ?? null,
    status,
    message: messageOf(resource, events) ?? null,
    seconds: seconds >= 0 && seconds <= LONGEST_SECONDS ? millis(seconds) : null,
    detail: stated({
      corrective: corrective || undefined,
      file: textOf(own(resource, "file")),
      line: numberOf(own(resource, "line")),
      // Its last part is the resource itself.
      within: Array.isArray(path) && path.length > 1 ? shown(path.slice(0, -1), 512) : undefined,
      events: events.length === 0 ? undefined : events.map(changeOf),
    }),
  };
}

/** What failed comes first, and what was only to be done says so itself. */
function messageOf(resource: Json, events: readonly Json[]): string | undefined {
  const messages = (failed: boolean) =>
    events.flatMap((event) => {
      const message =
        (own(event, "status") === "failure") === failed ? textOf(own(event, "message"), MESSAGE_LENGTH) : undefined;
      return message === undefined ? [] : [message];
    });
  const all = [...messages(true), ...messages(false)];
  if (own(resource, "failed_to_restart") === true) all.unshift("it failed to restart");
  return all.length === 0 ? undefined : textOf(all.join("; "), MESSAGE_LENGTH);
}

const changeOf = (event: Json) =>
  stated({
    property: textOf(own(event, "property")),
    status: textOf(own(event, "status"), 20),
    previous: shown(own(event, "previous_value")),
    desired: shown(own(event, "desired_value")),
    corrective: flagOf(own(event, "corrective_change")) || undefined,
  });
