import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { InventoryAgent } from "./agent.js";
import { FakeInventoryServer } from "./fake-server.test.helper.js";
import { FusionAgent } from "./fusion-agent.js";
import { GlpiAgent } from "./glpi-agent.js";
import { OcsAgent } from "./ocs-agent.js";

interface Exchange {
  readonly request: { method: string; url: string; headers: [string, string][]; bodyBase64: string };
  readonly response: { status: number; headers: Record<string, string>; bodyBase64?: string };
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../../shared");
const folder = join(shared, "traces/glpi");
const missing = !existsSync(folder);
if (missing) console.warn(`no recordings in ${folder}: tests that replay them are skipped (set GATEHOUSE_SHARED)`);
const recording = (name: string): Exchange[] =>
  (JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as { exchanges: Exchange[] }).exchanges;

let server: FakeInventoryServer;
beforeEach(async () => {
  server = await FakeInventoryServer.start();
});
afterEach(() => server.stop());

/** Lets an agent run against the recorded answers, in their order by method and path. */
async function replay(agent: InventoryAgent, exchanges: readonly Exchange[]) {
  const left = [...exchanges];
  server.handler = (seen) => {
    const isConfig = seen.url.includes("getConfig");
    const at = left.findIndex(
      ({ request: { method, url } }) => method === seen.method && url.includes("getConfig") === isConfig,
    );
    const [exchange] = left.splice(at, 1);
    if (exchange === undefined) return { status: 418 };
    const { status, headers, bodyBase64 = "" } = exchange.response;
    return { status, headers, body: Buffer.from(bodyBase64, "base64") };
  };
  const run = await agent.run();
  return { run, left };
}

/** Nothing but these may differ: LWP says Keep-Alive on its first request of a connection only. */
const names = (all: readonly string[]): string[] => all.filter((name) => name !== "Keep-Alive");
const textOf = ({ request }: Exchange): string => {
  const body = Buffer.from(request.bodyBase64, "base64");
  return body.length === 0 ? "" : inflateSync(body).toString("utf8");
};
const sections = (xml: string): Set<string> =>
  new Set(/<CONTENT>([\s\S]*)<\/CONTENT>/.exec(xml)?.[1]?.match(/^ {4}<\w+>/gm));
const deviceless = (text: string): string =>
  text
    .replace(/<DEVICEID>[^<]*/, "<DEVICEID>")
    .replace(/"deviceid": "[^"]*"/, "")
    .replace(" ?>", "?>");
const clock = () => new Date("2026-02-28T09:15:00Z");

describe.skipIf(missing)("a simulated agent that meets what a recorded server answered", () => {
  it.each([
    ["glpi-second-run-1", (serverUrl: string) => new GlpiAgent({ serverUrl, name: "a", debug: true, clock })],
    [
      "glpi-contact-pending",
      (serverUrl: string) => new GlpiAgent({ serverUrl, name: "a", debug: true, clock, wait: async () => undefined }),
    ],
    ["glpi-basic", (serverUrl: string) => new GlpiAgent({ serverUrl, name: "a", clock })],
    ["fi-basic", (serverUrl: string) => new FusionAgent({ serverUrl, name: "a", clock })],
    ["ocs-basic", (serverUrl: string) => new OcsAgent({ serverUrl, name: "a", clock })],
  ] as const)("asks as %s does, message by message", async (name, agent) => {
    const exchanges = recording(name);
    const { run, left } = await replay(agent(server.url), exchanges);
    expect(run).toMatchObject({ inventory: "full", errors: [] });
    expect(left).toEqual([]);
    // The order of the tasks is random with real agents.
    const ordered = (posts: boolean) => (method: string) => (method === "POST") === posts;
    for (const posts of [true, false]) {
      const theirs = exchanges.filter(({ request }) => ordered(posts)(request.method));
      const ours = server.seen.filter(({ method }) => ordered(posts)(method));
      expect(ours.map(({ headerNames }) => names(headerNames))).toEqual(
        theirs.map(({ request }) => names(request.headers.map(([header]) => header))),
      );
      expect(ours.map(({ headers }) => headers["content-type"])).toEqual(
        theirs.map(({ request }) => request.headers.find(([header]) => header === "Content-Type")?.[1]),
      );
    }
    const [theirs] = exchanges;
    expect(deviceless(server.seen[0]?.text ?? "")).toBe(theirs === undefined ? "" : deviceless(textOf(theirs)));
  });

  it.each([
    ["fi-basic", FusionAgent],
    ["ocs-basic", OcsAgent],
  ] as const)("inventories in the sections of %s", async (name, Agent) => {
    const exchanges = recording(name);
    await replay(new Agent({ serverUrl: server.url, name: "a", clock }), exchanges);
    const theirs = sections(exchanges.map(textOf).find((text) => text.includes("<CONTENT>")) ?? "");
    const ours = sections(server.seen.find(({ text }) => text.includes("<CONTENT>"))?.text ?? "");
    expect(theirs.size).toBeGreaterThan(9);
    for (const section of theirs) expect(ours).toContain(section);
  });

  it("meets gzip and plain answers as the real ones did", async () => {
    const fusion = await replay(new FusionAgent({ serverUrl: server.url, name: "a" }), recording("fi-gzip-answer"));
    expect(fusion.run.errors).toMatchObject([{ kind: "coding" }]);
    const ocs = await replay(new OcsAgent({ serverUrl: server.url, name: "a" }), recording("ocs-plain-answer"));
    expect(ocs.run.errors).toMatchObject([{ kind: "coding", message: "Deflating problem" }]);
    expect([...fusion.left, ...ocs.left]).toEqual([]);
  });
});
