import type { CollectSpec, CollectStep } from "@gatehouse/core/jobs";
import type { WriteJobs } from "../caller.js";
import { answerToken } from "./token.js";

/**
 * Collect jobs as agents read them: an entry for each step, all of a job under its uuid (wire/fusioninventory.md section 5).
 * Answers are to be posted: names and values of a registry's key do not fit an address.
 */
export const collectJobs: WriteJobs = async ({ deps }, _, taken) => {
  const [first] = taken;
  if (first === undefined) return undefined;
  const jobs = taken.flatMap(({ id, work }) =>
    (work.spec as CollectSpec).steps.map((step, i) => ({ ...entryOf(step), uuid: id, _sid: i + 1 })),
  );
  return { postmethod: "POST", token: answerToken(deps.answerKey), jobs };
};

/** Without a key that they ask for, agents drop all entries; they read numbers where we say true and false. */
function entryOf(step: CollectStep): object {
  if (step.function !== "findFile") return step;
  const { filter, recursive, ...rest } = step;
  const { is_file, is_dir, ...others } = filter;
  return {
    ...rest,
    recursive: recursive ? 1 : 0,
    filter: { is_file: is_file ? 1 : 0, is_dir: is_dir ? 1 : 0, ...others },
  };
}
