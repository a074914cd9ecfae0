import type { DeadLetter as Letter } from "@gatehouse/core/submissions";
import type { ApiDeps } from "../deps.js";
import { given, page } from "../models/common.js";
import { DeadLetter, DeadLetterPage, Redriven } from "../models/dead-letter.js";
import { done, download, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { gone, rowId } from "../resolve.js";

const one = { parts: { letter: "Its id." } } as const;

const letterOf = async ({ deadLetters }: ApiDeps, id: string): Promise<Letter> => {
  const letter = await deadLetters.find(rowId(id, "dead letter"));
  if (letter === undefined) throw gone("dead letter");
  return letter;
};

/** What the audit trail says of one: its message may quote what the agent sent. */
const detailOf = ({ agentId, nodeId, kind, size, failure, redrives }: Letter) => ({
  agentId,
  nodeId,
  kind,
  size,
  code: failure.code,
  redrives,
});

export const listDeadLetters = operation({
  id: "api.dead-letters.list",
  method: "GET",
  path: "/dead-letters",
  parts: {},
  summary: "Submissions that could not be processed, newest failure first",
  role: "viewer",
  query: page(500),
  answers: { 200: json("A page of dead letters.", DeadLetterPage) },
  handle:
    ({ deadLetters }) =>
    async ({ query: { limit, after } }) =>
      ok(await deadLetters.list({ limit, ...given({ after }) })),
});

export const redriveDeadLetters = operation({
  id: "api.dead-letters.redrive-all",
  method: "POST",
  path: "/dead-letters/redrive",
  parts: {},
  summary: "Put all dead letters back, to be processed again",
  role: "operator",
  answers: { 200: json("How many there were.", Redriven) },
  handle:
    ({ deadLetters, audit }) =>
    async ({ actor }) => {
      const redriven = await deadLetters.redriveAll();
      if (redriven > 0)
        await audit.record({ actor, action: "dead-letter.redrive", subject: "all", detail: { redriven } });
      return ok({ redriven });
    },
});

export const showDeadLetter = operation({
  ...one,
  id: "api.dead-letters.show",
  method: "GET",
  path: "/dead-letters/{letter}",
  summary: "One submission that could not be processed, and why",
  role: "viewer",
  answers: { 200: json("The dead letter.", DeadLetter) },
  handle:
    (deps) =>
    async ({ path }) =>
      ok(await letterOf(deps, path.letter)),
});

export const downloadDeadLetter = operation({
  ...one,
  id: "api.dead-letters.body",
  method: "GET",
  path: "/dead-letters/{letter}/body",
  summary: "The bytes of a dead letter as they came",
  role: "operator",
  answers: { 200: download("The bytes.") },
  handle:
    ({ deadLetters }) =>
    async ({ path }) => {
      const id = rowId(path.letter, "dead letter");
      const bytes = await deadLetters.body(id);
      if (bytes === undefined) throw gone("dead letter");
      return ok({ bytes, fileName: `dead-letter-${id}.bin` });
    },
});

export const redriveDeadLetter = operation({
  ...one,
  id: "api.dead-letters.redrive",
  method: "POST",
  path: "/dead-letters/{letter}/redrive",
  summary: "Put a dead letter back, to be processed again",
  role: "operator",
  answers: { 204: nothing("It waits for its processing.") },
  handle:
    (deps) =>
    async ({ path, actor }) => {
      const letter = await letterOf(deps, path.letter);
      if (!(await deps.deadLetters.redrive(letter.id))) throw gone("dead letter");
      await deps.audit.record({
        actor,
        action: "dead-letter.redrive",
        subject: letter.id,
        detail: detailOf(letter),
      });
      return done;
    },
});

export const discardDeadLetter = operation({
  ...one,
  id: "api.dead-letters.discard",
  method: "DELETE",
  path: "/dead-letters/{letter}",
  summary: "Throw a dead letter away for good",
  role: "admin",
  answers: { 204: nothing("It is gone.") },
  handle:
    (deps) =>
    async ({ path, actor }) => {
      const letter = await letterOf(deps, path.letter);
      if (!(await deps.deadLetters.discard(letter.id))) throw gone("dead letter");
      await deps.audit.record({
        actor,
        action: "dead-letter.discard",
        subject: letter.id,
        detail: detailOf(letter),
      });
      return done;
    },
});
