import type { RouteRow } from "@gatehouse/http";
import type { PuppetV3Deps } from "../../deps.js";
import { readSaidFacts, submitFacts } from "../../facts.js";
import { bodyFormat } from "../../wire/formats.js";
import { agentOf, answerOf, answerTo, invalidBody, nameMismatch } from "./submitting.js";

/** Bytes: recorded ones have up to 8 kB; what is stored of a node may have 1 MiB. */
const FACTS_LIMIT = 2 << 20;

/** PUT facts/:certname, as `puppet facts upload` sends them: answered when they are committed. */
export const factsRoutes = (deps: PuppetV3Deps): RouteRow[] => [
  {
    id: "puppet.v3.facts",
    method: "PUT",
    pattern: /^\/puppet\/v3\/facts\/(?<certname>[^/]+)$/,
    access: { who: "rules" },
    bodyLimit: FACTS_LIMIT,
    admission: "submission",
    handle: async ({ params, headers, body }) => {
      const certname = params["certname"] ?? "";
      const format = bodyFormat(headers["content-type"], ["json", "pson", "msgpack"]);
      const coding = format === "msgpack" ? "msgpack" : "json";
      const answer = answerTo(headers.accept);
      const { name } = await readSaidFacts(deps, body, coding).catch(invalidBody);
      if (name !== certname) throw nameMismatch(name, certname);
      await submitFacts(deps, await agentOf(deps, certname), body, coding);
      return answerOf(0, answer);
    },
  },
];
