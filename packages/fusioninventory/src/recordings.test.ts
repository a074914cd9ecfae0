import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeAgentBodySync } from "@gatehouse/http/agent-body";
import { describe, expect, it } from "vitest";
import { world } from "./dialect.test.helper.js";
import { processors } from "./processors.js";

interface Exchange {
  readonly request: {
    readonly method: "GET" | "POST";
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly bodyBase64: string;
    readonly decoded: { readonly format: string };
  };
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const folder = join(shared, "traces/glpi");
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
if (files.length === 0)
  console.warn(`no recordings in ${folder}: tests that replay them are skipped (set GATEHOUSE_SHARED)`);

const exchangesOf = (file: string) =>
  (JSON.parse(readFileSync(join(folder, file), "utf8")) as { exchanges: readonly Exchange[] }).exchanges;

/** What of a recording is XML or REST: the rest is JSON, polls, or about tokens and files. */
const ours = files
  .map((file) => [file, exchangesOf(file).filter(isOurs)] as const)
  .filter(([, exchanges]) => exchanges.length > 0);

function isOurs({ request: { url, decoded } }: Exchange): boolean {
  return decoded.format === "xml" || url.includes("action=getConfig");
}

const sentIn = ({ request: { method, url, headers, bodyBase64 } }: Exchange) => ({
  method,
  query: new URL(url, "http://x").search,
  headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
  body: Buffer.from(bodyBase64, "base64"),
});

const textOf = ({ body, headers }: ReturnType<typeof sentIn>): string =>
  body.length === 0 ? "" : decodeAgentBodySync(body, headers["content-type"]).bytes.toString();

describe.skipIf(files.length === 0)("what real agents sent", () => {
  it.each(ours)("is answered with what they go on with: %s", async (file, exchanges) => {
    const { send, accepted, agents } = world();
    let kept = 0;
    for (const sent of exchanges.map(sentIn)) {
      const answer = await send(sent);
      const text = textOf(sent);
      expect(answer?.status).toBe(200);
      if (text === "") {
        expect(JSON.parse(answer?.text ?? "")).toEqual({ configValidityPeriod: 600, schedule: [] });
        continue;
      }
      expect(answer?.text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<REPLY>.*<\/REPLY>$/);
      if (text.includes("<QUERY>PROLOG<")) expect(answer?.text).toContain("<RESPONSE>SEND</RESPONSE><PROLOG_FREQ>24<");
      else if (/<DEVICE>|<QUERY>INVENTORY</.test(text)) kept++;
    }
    // All of a recording comes from one machine, which is known when it said more than its name.
    expect([file, agents.length, accepted.length]).toEqual([file, Math.min(kept, 1), kept]);
    for (const submission of accepted) {
      const read = processors[submission.kind];
      expect(read?.({ ...submission, id: "1", acceptedAt: new Date(0) })).toEqual([
        expect.objectContaining({ fact: "inventory", name: expect.any(String) }),
      ]);
    }
  });

  it("is of a host that the ESX task looked at, under the collector's own name", async () => {
    const { send, accepted } = world();
    for (const exchange of exchangesOf("fi-esx.json").filter(isOurs)) await send(sentIn(exchange));
    expect(accepted.map(({ context }) => context?.["of"])).toEqual(["unsure"]);
  });
});
