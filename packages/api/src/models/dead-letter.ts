import { described, integer, listOf, moment, named, nullable, object, text } from "../operation/schema.js";
import { next } from "./common.js";

export const DeadLetter = named(
  "DeadLetter",
  object({
    id: text({ description: "The submission's id." }),
    agentId: text(),
    nodeId: nullable(text()),
    nodeName: nullable(text()),
    kind: text({ description: "Which processor refused it, such as `dsc.report`." }),
    size: integer({ description: "Bytes." }),
    acceptedAt: moment(),
    failedAt: moment(),
    failure: described(
      "Why it could not be processed.",
      object({ code: text(), message: text(), detail: nullable(text()) }),
    ),
    redrives: integer({ description: "How often it was put back before." }),
  }),
);

export const DeadLetterPage = named("DeadLetterPage", object({ deadLetters: listOf(DeadLetter), next }));

export const Redriven = named("Redriven", object({ redriven: integer({ description: "How many were put back." }) }));
