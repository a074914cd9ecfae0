// Runs on a thread: started by thread.ts with the URL of the module that has the functions.
import { workerData } from "node:worker_threads";
import { failureOf } from "./failures.js";
import { type Answer, type Job, lookUp, type TaskFunctions } from "./task-functions.js";

const { module } = workerData as { readonly module: string };
let functions: Promise<TaskFunctions> | undefined;

async function load(): Promise<TaskFunctions> {
  const loaded = (await import(module)) as { readonly tasks: TaskFunctions };
  return loaded.tasks;
}

/** Does one job; whatever it throws is in the answer. */
export default async function work({ name, input }: Job): Promise<Answer> {
  try {
    // Loaded by the first job rather than with the thread, so that a module that fails to load has a job to fail.
    functions ??= load();
    return { value: await lookUp(await functions, name)(input) };
  } catch (thrown) {
    return { failure: failureOf(thrown) };
  }
}
