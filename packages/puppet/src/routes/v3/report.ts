import { type RouteRow, tooLarge } from "@gatehouse/http";
import type { PuppetV3Deps } from "../../deps.js";
import { kindOf } from "../../processors.js";
import type { Coding } from "../../wire/decode.js";
import { bodyFormat, type Format } from "../../wire/formats.js";
import { limitPerCaller } from "./per-caller.js";
import { agentOf, answerOf, answerTo, invalidBody, nameMismatch } from "./submitting.js";

/** Bytes: recorded ones have 8 to 54 kB for 30 resources. */
const REPORT_LIMIT = 20 << 20;
/** Bytes in YAML, of which a thread reads two million in a second. */
const YAML_LIMIT = 4 << 20;
/** Bytes from which a report is work for the thread that all have together. */
const LARGE = 256 << 10;
/** Such reports of one caller under way at once. */
const MOST_LARGE = 2;

const CODINGS = { json: "json", pson: "json", msgpack: "msgpack", yaml: "yaml" } as const satisfies Partial<
  Record<Format, Coding>
>;

/**
 * PUT report/:certname: answered when it is committed, and processed afterwards. YAML is taken though puppetserver
 * refuses it: the documents of old agents ask for it (decisions row 8).
 */
export const reportRoutes = (deps: PuppetV3Deps): RouteRow[] => {
  const few = limitPerCaller(MOST_LARGE, "large reports");
  return [
    {
      id: "puppet.v3.report",
      method: "PUT",
      pattern: /^\/puppet\/v3\/report\/(?<certname>[^/]+)$/,
      access: { who: "rules" },
      bodyLimit: REPORT_LIMIT,
      admission: "submission",
      handle: async ({ params, headers, body, peer }) => {
        const certname = params["certname"] ?? "";
        const coding = CODINGS[bodyFormat(headers["content-type"], ["json", "pson", "msgpack", "yaml"])];
        const format = answerTo(headers.accept);
        if (coding === "yaml" && body.length > YAML_LIMIT) throw tooLarge(YAML_LIMIT);
        const check = kindOf("puppet.report.check", coding);
        const checked = () => deps.tasks.run<{ host: string }>(check, { body }).catch(invalidBody);
        const isLarge = coding === "yaml" || body.length > LARGE;
        const { host } = await (isLarge ? few(peer, checked) : checked());
        if (host !== certname) throw nameMismatch(host, certname);
        const agentId = await agentOf(deps, certname);
        await deps.submissions.accept({ agentId, kind: kindOf("puppet.report", coding), body });
        // The name of the one processor of reports that puppetserver has unless it is told otherwise.
        return answerOf(["store"], format);
      },
    },
  ];
};
