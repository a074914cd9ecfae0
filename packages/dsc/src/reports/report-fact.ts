import type { RunSaid } from "@gatehouse/core/reports";
import type { ReportFact, Submission } from "@gatehouse/core/submissions";
import { parseJobId } from "../names.js";
import { CONFIGURATION } from "../publishing/configuration-kind.js";
import { parseReport } from "../wire/parse.js";
import type { ReportBody } from "../wire/report.js";
import { attributesSaid, metaConfigurationOf } from "./attributes.js";
import { errorsSaid } from "./errors-said.js";
import { evidenceSaid } from "./evidence.js";
import { eventsSaid } from "./resources.js";
import { parseTime } from "./time.js";
import { type Json, objectIn, own, stated, textOf, textsOf } from "./values.js";

/** Minutes: how often an LCM comes unless it is told otherwise, and the most that it can be told. */
const REFRESH = 30;
const REFRESH_MOST = 44_640;
/** Refreshes without a word after which a run that was not ended counts as hung. */
const HUNG_AFTER = 3;

/**
 * What one report says of its run. Start, error and end come in posts of their own, and each leaves out what it does
 * not know (wmf5-iis-01 #7, #11, #12): so does this.
 * @throws request-malformed for what `checkReport` refuses
 */
export function reportFact({ body: bytes }: Pick<Submission, "body">): ReportFact {
  const body = parseReport(bytes);
  const [text] = textsOf(body.StatusData);
  const status = text === undefined ? undefined : objectIn(text);
  const evidence = status && evidenceSaid(status);
  return {
    fact: "report",
    protocol: "dsc",
    run: parseJobId(body.JobId),
    said: saidOf(body, text, status),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

function saidOf(body: ReportBody, text: string | undefined, status: Json | undefined): RunSaid {
  const errors = errorsSaid(body, status);
  return {
    ...stated<RunSaid>({
      operation: textOf(body.OperationType, 255),
      startedAt: parseTime(body.StartTime ?? ""),
      endedAt: parseTime(body.EndTime ?? ""),
      outcome: outcomeOf(body.Status) ?? outcomeOf(status && own(status, "Status")),
      errors: errors.length === 0 ? undefined : errors,
      events: status && eventsSaid(status),
      content: contentOf(status),
      hungAfterSeconds: Math.round(HUNG_AFTER * refreshMinutes(status) * 60),
    }),
    attributes: {
      ...attributesSaid(body, status),
      ...(text !== undefined && status === undefined ? { StatusDataUnparsed: true } : {}),
    },
  };
}

function outcomeOf(word: unknown): "success" | "failure" | undefined {
  const said = textOf(word)?.toLowerCase();
  return said === "success" || said === "failure" ? said : undefined;
}

function contentOf(status: Json | undefined): RunSaid["content"] {
  const checksum = status && textOf(own(status, "CurrentChecksum"));
  return checksum !== undefined && /^[0-9a-f]{64}$/i.test(checksum)
    ? { kind: CONFIGURATION, sha256: checksum.toLowerCase() }
    : undefined;
}

function refreshMinutes(status: Json | undefined): number {
  const meta = metaConfigurationOf(status);
  const minutes = Number((meta && textOf(own(meta, "RefreshFrequencyMins"))) ?? Number.NaN);
  return minutes >= 1 && minutes <= REFRESH_MOST ? minutes : REFRESH;
}
