import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PuppetAgent } from "./agent.js";
import { type Answer, FakePuppetServer, type Seen } from "./fake-server.test.helper.js";

interface Exchange {
  readonly request: { method: string; url: string; headers: [string, string][]; body?: string };
  readonly response: { status: number; body?: string; body_base64?: string };
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../../shared");
const folder = join(shared, "traces/puppet");
const missing = !existsSync(folder);
if (missing) console.warn(`no recordings in ${folder}: tests that replay them are skipped (set GATEHOUSE_SHARED)`);
const recorded: Exchange[] = missing
  ? []
  : ["p7-03-first-run.json", "p7-04-full-run.json"].flatMap((file) =>
      (JSON.parse(readFileSync(join(folder, file), "utf8")) as Exchange[]).filter(({ request }) =>
        request.url.startsWith("/puppet/v3/"),
      ),
    );

const NAME = "lab1.lab.test";
/** Without what is another one in each run. */
const plain = (method: string, url: string): string =>
  `${method} ${url.replace(/transaction_uuid=[0-9a-f-]+/, "uuid")}`;
const fieldsOf = (body = ""): string[] => [...new URLSearchParams(body).keys()];

describe.skipIf(missing)("a simulated agent that meets what a recorded server answered", () => {
  let server: FakePuppetServer;
  let seen: Seen[];
  beforeAll(async () => {
    server = await FakePuppetServer.start();
    const agent = new PuppetAgent({ serverUrl: server.url, certname: NAME });
    await agent.enrol();
    // The full run's answers stand behind those of the first, which had no catalog.
    const answers = new Map<string, Answer>();
    for (const { request, response } of recorded) {
      const body = response.body_base64 === undefined ? response.body : Buffer.from(response.body_base64, "base64");
      answers.set(plain(request.method, request.url), { status: response.status, body: body ?? "" });
    }
    server.handler = ({ method, url }) =>
      answers.get(plain(method, url)) ?? { status: 599, body: `not recorded: ${url}` };
    server.seen.length = 0;
    const run = await agent.run();
    expect(run.errors.map(({ message }) => message)).toEqual([]);
    seen = server.seen;
  });
  afterAll(() => server?.stop());

  it("asks for all that the recorded agent asked, and for nothing else", () => {
    const urls = (asked: readonly { method: string; url: string }[]) =>
      [...new Set(asked.map(({ method, url }) => plain(method, url)))].sort();
    expect(urls(seen)).toEqual(urls(recorded.map(({ request }) => request)));
    expect(seen.length).toBeGreaterThan(15);
  });

  it("sends the recorded headers, in their order", () => {
    for (const { method, url, headerNames, headers } of seen) {
      const twin = recorded.find(({ request }) => plain(request.method, request.url) === plain(method, url))?.request;
      expect(headerNames.filter((name) => name !== "Connection")).toEqual(twin?.headers.map(([name]) => name));
      for (const [name, value] of twin?.headers ?? [])
        if (!["Host", "Content-Length"].includes(name)) expect(headers[name.toLowerCase()]).toBe(value);
    }
  });

  it("fills in the same form for its catalog", () => {
    const twin = recorded.find(({ request }) => request.method === "POST")?.request.body;
    const mine = seen.find(({ method }) => method === "POST")?.body;
    expect(fieldsOf(mine)).toEqual(fieldsOf(twin));
    const facts = (body = "") => JSON.parse(decodeURIComponent(new URLSearchParams(body).get("facts") ?? ""));
    expect(Object.keys(facts(mine))).toEqual(Object.keys(facts(twin)));
    const [ours, theirs] = [facts(mine).values, facts(twin).values];
    const shared = Object.keys(ours).filter((name) => name in theirs);
    expect(shared).toEqual(
      expect.arrayContaining(["os", "networking", "memory", "processors", "clientcert", "hostname"]),
    );
    for (const name of shared) expect(typeof ours[name], name).toBe(typeof theirs[name]);
  });

  it("reports in the same form", () => {
    const report = (body = "") => JSON.parse(body);
    const mine = report(seen.find(({ url }) => url.includes("/report/"))?.body);
    const twins = recorded.filter(({ request }) => request.url.includes("/report/")).map(({ request }) => request.body);
    const full = report(twins.at(-1));
    expect(Object.keys(full)).toEqual(expect.arrayContaining(Object.keys(mine).filter((key) => key !== "server_used")));
    for (const part of ["resources", "changes", "events"])
      expect(Object.keys(mine.metrics[part])).toEqual(Object.keys(full.metrics[part]));
    const [one] = Object.values<object>(mine.resource_statuses);
    const [other] = Object.values<object>(full.resource_statuses);
    expect(Object.keys(one ?? {})).toEqual(Object.keys(other ?? {}));
  });
});
