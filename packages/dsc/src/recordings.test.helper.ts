import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Exchange {
  readonly n: number;
  readonly request: { readonly path: string; readonly body?: string | null };
}

export interface RecordedReport {
  readonly file: string;
  /** Number of the exchange in its file. */
  readonly n: number;
  readonly body: Buffer;
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const folder = join(shared, "traces/dsc");

/** Every SendReport of the recordings, in order; none where they are not at hand. */
export const recordedReports: readonly RecordedReport[] = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith(".json"))
      .sort()
      .flatMap((file) => {
        const { exchanges } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { exchanges: Exchange[] };
        return exchanges
          .filter(({ request }) => request.path.endsWith("/SendReport"))
          .map(({ n, request }) => ({ file, n, body: Buffer.from(request.body ?? "") }));
      })
  : [];

export const noRecordings = recordedReports.length === 0;

if (noRecordings) {
  console.warn(`no recordings in ${folder}: tests that read their reports are skipped (set GATEHOUSE_SHARED)`);
}

/** The reports of a file whose name begins so, by the numbers of their exchanges. */
export const recorded = (file: string, ...numbers: number[]): Buffer[] =>
  numbers.map((n) => {
    const found = recordedReports.find((report) => report.file.startsWith(file) && report.n === n);
    if (found === undefined) throw new Error(`${file} has no SendReport #${n}`);
    return found.body;
  });
