import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One request of a real agent. */
export interface Recorded {
  readonly file: string;
  /** Number of the exchange in its file, from 1. */
  readonly n: number;
  readonly method: string;
  readonly path: string;
  readonly isRest: boolean;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly headers: readonly (readonly [string, string])[];
    readonly bodyBase64?: string | null;
  };
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const folder = join(shared, "traces/glpi");

/** The requests of GLPI agents, in order; none where they are not at hand. */
export const recordings: readonly Recorded[] = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => file.startsWith("glpi-") && file.endsWith(".json"))
  .sort()
  .flatMap((file) => {
    const { exchanges } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { exchanges: Exchange[] };
    return exchanges.map(({ request: { method, path, query, headers, bodyBase64 } }, i) => ({
      ...{ file: file.replace(".json", ""), n: i + 1, method, path, isRest: query["action"] !== undefined },
      headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
      body: Buffer.from(bodyBase64 ?? "", "base64"),
    }));
  });

if (recordings.length === 0)
  console.warn(`no recordings in ${folder}: tests that replay them are skipped (set GATEHOUSE_SHARED)`);
