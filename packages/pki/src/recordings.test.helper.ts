import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Exchange {
  readonly request: { readonly method: string; readonly url: string; readonly body?: unknown };
  readonly response?: { readonly status: number; readonly body?: unknown };
}

/** A text that went over the wire, and where. */
export interface Recorded {
  readonly where: string;
  readonly path: string;
  readonly status: number;
  readonly sent: string;
  readonly answered: string;
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const folder = join(shared, "traces/puppet");

/** What real agents and a real puppetserver said to each other; empty where the recordings are not at hand. */
export const recorded: readonly Recorded[] = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith(".json"))
      .flatMap((file) =>
        (JSON.parse(readFileSync(join(folder, file), "utf8")) as Exchange[]).map(({ request, response }, index) => ({
          where: `${file} ${index + 1} ${request.method}`,
          path: request.url.replace(/\?.*/, ""),
          status: response?.status ?? 0,
          sent: typeof request.body === "string" ? request.body : "",
          answered: typeof response?.body === "string" ? response.body : "",
        })),
      )
  : [];

export const noRecordings = recorded.length === 0;

if (noRecordings) {
  console.warn(`no recordings in ${folder}: tests that replay them are skipped (set GATEHOUSE_SHARED)`);
}

/** The recordings of paths that end so. */
export const at = (method: string, path: RegExp): Recorded[] =>
  recorded.filter(
    ({ where, path: taken, status }) => where.endsWith(` ${method}`) && path.test(taken) && status === 200,
  );
