import type { CreatedJobOrder, JobTask, JobWork, NewJobOrder } from "@gatehouse/client";
import { jobTasks } from "@gatehouse/core/jobs";
import { type Command, Option } from "commander";
import { counted } from "../server/doctor/words.js";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { jobOrOrder } from "./job-find.js";
import { createdText } from "./job-text.js";
import { count, several } from "./options.js";
import { readSpecFile } from "./spec-file.js";
import { delay, later } from "./when.js";

interface CreateFlags extends Pick<NewJobOrder, "group" | "name" | "notBefore" | "perMinute" | "wake"> {
  readonly task?: JobTask;
  readonly node?: readonly string[];
  readonly package?: string;
  readonly spec?: string;
  readonly waitFor?: number;
  readonly silence?: number;
}

/** `gatehouse job create` */
export function createCommand(job: Command, context: CommandContext): void {
  job
    .command("create")
    .description("have something done by one agent of each node")
    .addOption(new Option("--task <task>", "what it is; deploy where --package is said").choices(jobTasks))
    .option("--node <node>", "for this node: name, id or alias; may be given again", several)
    .addOption(new Option("--group <group>", "for the nodes of this group, as it is now").conflicts("node"))
    .option("--package <name[:version]>", "what is deployed; its newest version unless said")
    .addOption(
      new Option("--spec <file>", "what is done, in YAML or JSON: a file, or standard input: -").conflicts("package"),
    )
    .option("--name <name>", "what the order is called; once")
    .option("--not-before <time>", "due from then on: 2h (from now), 2026-03-01T10:00Z", (text) => later(text))
    .option("--per-minute <n>", "not all at once: this many in a minute", count)
    .option(
      "--wait-for <time>",
      "who does not take it in this time, such as 12h, does not get it (30d; of a wake 1d)",
      delay,
    )
    .option("--silence <time>", "who took it, and is silent for so long, has failed (4h)", delay)
    .option("--wake", "wake the agents when it is due")
    .action(async (flags: CreateFlags, command: Command) => {
      const session = sessionOf(command, context);
      await order(session, { ...(await orderOf(flags)), ...targetOf(flags) });
    });
}

/** Makes an order, and says what came of it. */
export async function order(session: Session, body: NewJobOrder): Promise<void> {
  const made: CreatedJobOrder = await session.ask((api) => api.POST("/job-orders", { body }));
  session.show(made, () => createdText(made));
}

/** Whom an order is for. @throws CommandError where nobody is said */
export function targetOf({ node, group }: Pick<CreateFlags, "node" | "group">): Pick<NewJobOrder, "nodes" | "group"> {
  if (group !== undefined) return { group };
  if (node !== undefined && node.length > 0) return { nodes: [...node] };
  throw new CommandError("For whom? --node NODE, which may be given again, or --group GROUP.", EXIT.usage);
}

async function orderOf(flags: CreateFlags): Promise<NewJobOrder> {
  const { name, notBefore, perMinute, waitFor: waitSeconds, silence: silenceSeconds, wake } = flags;
  const work = await workOf(flags);
  return {
    work,
    ...(name === undefined ? {} : { name }),
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(perMinute === undefined ? {} : { perMinute }),
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
    ...(silenceSeconds === undefined ? {} : { silenceSeconds }),
    ...(wake === undefined ? {} : { wake }),
  };
}

/** Whether a spec fits its task is for the gateway to tell. */
async function workOf({ task, package: wanted, spec }: CreateFlags): Promise<JobWork> {
  if (wanted !== undefined) {
    if (task !== undefined && task !== "deploy")
      throw new CommandError(`--package is of the task deploy, and not of ${task}.`, EXIT.usage);
    const [, name = wanted, version] = /^(.+):([1-9]\d{0,8})$/.exec(wanted) ?? [];
    if (name.includes(":")) throw new CommandError(`${wanted} is not NAME or NAME:VERSION.`, EXIT.usage);
    return {
      task: "deploy",
      spec: version === undefined ? { package: name } : { package: name, version: Number(version) },
    };
  }
  if (task === undefined) throw new CommandError("What is to be done? --package NAME, or --task TASK.", EXIT.usage);
  if (spec === undefined) {
    const shorter = task === "wake" ? "; or, shorter, gatehouse node wake NODE" : "";
    throw new CommandError(
      `What does ${task} do? --spec FILE says it; examples are in docs/jobs.md${shorter}.`,
      EXIT.usage,
    );
  }
  return { task, spec: await readSpecFile(spec) } as unknown as JobWork;
}

/** `gatehouse job cancel` */
export function cancelCommand(job: Command, context: CommandContext): void {
  job
    .command("cancel")
    .description("end a job, or all open jobs of an order; what runs on a machine already is not stopped")
    .argument("<id>", "a job's id, or an order's name or id")
    .action(async (id: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const cancelled = await jobOrOrder(
        id,
        () => session.ask((api) => api.POST("/jobs/{job}/cancel", { params: { path: { job: id } } })),
        () => session.ask((api) => api.POST("/job-orders/{order}/cancel", { params: { path: { order: id } } })),
      );
      session.show(cancelled, () =>
        cancelled.cancelled === 0 ? "No job of it was open.\n" : `${counted(cancelled.cancelled, "job")} cancelled.\n`,
      );
    });
}
