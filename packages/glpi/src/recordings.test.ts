import type { Submission } from "@gatehouse/core/submissions";
import { decodeAgentBodySync } from "@gatehouse/http/agent-body";
import { describe, expect, it } from "vitest";
import { contact, world } from "./glpi.test.helper.js";
import { processors } from "./processors.js";
import { type Recorded, recordings } from "./recordings.test.helper.js";

/** What a request is: an action of the JSON protocol, or PROLOG. */
function whatOf({ method, path, isRest, headers, body }: Recorded): string | undefined {
  if (method !== "POST" || isRest || path.endsWith("/token")) return undefined;
  const { syntax, bytes } = decodeAgentBodySync(body, headers["content-type"]);
  const text = bytes.toString();
  if (syntax === "json") return (JSON.parse(text) as { action?: string }).action ?? "inventory";
  return headers["glpi-agent-id"] !== undefined && text.includes("<QUERY>PROLOG<") ? "prolog" : undefined;
}

const spoken = recordings.flatMap((recorded) => {
  const what = whatOf(recorded);
  return what === undefined ? [] : [{ ...recorded, what }];
});
const files = [...new Set(spoken.map(({ file }) => file))];

/** A repeated id in the list of proxies: the recorded proxy let its own messages through to itself. */
const isLoop = ({ headers }: Recorded) => {
  const ids = (headers["glpi-proxy-id"] ?? "").split(",").map((id) => id.trim());
  return new Set(ids).size < ids.length;
};

describe.skipIf(recordings.length === 0)("recorded from real agents", () => {
  it("is there", () => {
    const counts = new Map<string, number>();
    for (const { what } of spoken) counts.set(what, (counts.get(what) ?? 0) + 1);
    expect(Math.min(...["prolog", "contact", "inventory"].map((what) => counts.get(what) ?? 0))).toBeGreaterThan(10);
    expect([counts.get("get_params"), counts.get("register")]).toEqual([1, 1]);
  });

  it.each(files)("%s: each message is answered with what the agent needs", async (file) => {
    const { call, calls } = world();
    for (const recorded of spoken.filter((each) => each.file === file)) {
      const { what, n, headers, body } = recorded;
      // Its login is of a server that we are not.
      const { authorization: _, ...said } = headers;
      const answer = await call({ headers: said, body });
      const at = `${file} #${n} ${what}`;
      expect(answer.headers["Content-Type"], at).toBe(headers["content-type"]?.replace("/xml", "/json"));
      expect(answer.headers["GLPI-Agent-ID"], at).toBe(headers["glpi-agent-id"]);
      expect(answer.headers["GLPI-Request-ID"], at).toBe(headers["glpi-request-id"]);
      if (isLoop(recorded)) {
        expect([at, answer.status, answer.json.message]).toEqual([at, 404, "proxy-loop-detected"]);
        continue;
      }
      switch (what) {
        case "prolog":
          expect([at, answer.status, answer.json]).toEqual([at, 202, { status: "pending", expiration: 0 }]);
          break;
        case "contact":
          expect([at, answer.status]).toEqual([at, 200]);
          // An agent whose enabled tasks have no server asks again in XML; one without a positive expiration keeps its own.
          expect(answer.json).toMatchObject({
            status: "ok",
            expiration: expect.stringMatching(/^[1-9]\d*[smhd]$/),
            tasks: { inventory: { server: "glpi", version: expect.stringMatching(/^\d+\.\d+/) } },
            disabled: expect.arrayContaining([]),
          });
          expect(JSON.stringify(answer.json.tasks)).not.toContain("glpiinventory");
          break;
        case "inventory":
          expect([at, answer.status, answer.json.status]).toEqual([at, 200, "ok"]);
          expect(calls.accepted.at(-1)?.body).toEqual(body);
          break;
        case "get_params":
          expect([at, answer.status, answer.json.message]).toEqual([at, 403, "forbidden"]);
          break;
        default:
          // Made by hand: it says nothing but its deviceid.
          expect([at, answer.status, answer.json.message]).toEqual([at, 400, expect.stringContaining("/port")]);
      }
    }
    for (const [i, { kind, body, context }] of calls.accepted.entries()) {
      const submission: Submission = {
        id: String(i),
        acceptedAt: new Date(0),
        kind,
        body,
        ...(context && { context }),
      };
      const [fact, ...others] = processors[kind]?.(submission) ?? [];
      expect(others).toEqual([]);
      expect(fact).toMatchObject({ fact: "inventory", deviceId: context?.["deviceId"], of: context?.["of"] });
    }
  });

  it("a second run is a part, the first one a whole", () => {
    const scopes = ["glpi-second-run-1", "glpi-second-run-2"].map((file) => {
      const { body, headers } = spoken.find((each) => each.file === file && each.what === "inventory") ?? {};
      const context = { deviceId: "x", of: "unsure", contentType: headers?.["content-type"] ?? "" };
      const submission = {
        id: "1",
        acceptedAt: new Date(0),
        kind: "glpi.inventory",
        body: body ?? Buffer.alloc(0),
        context,
      };
      return processors["glpi.inventory"]?.(submission).map((fact) => fact.fact === "inventory" && fact.scope);
    });
    expect(scopes).toEqual([["full"], ["partial"]]);
  });

  it("hosts of the ESX task come under the beginning of the collector's id, and are collected", async () => {
    const { call, say, calls } = world();
    // The recording was put together of two runs: its contact is of another agent than its host.
    await say(contact(), { "glpi-agent-id": "e72a798f-e51b-11f1-9f32-aaea530464d7" });
    for (const { headers, body } of spoken.filter(({ file }) => file === "glpi-esx")) await call({ headers, body });
    expect(calls.enrolments).toHaveLength(2);
    expect(calls.accepted.map(({ agentId, context }) => [agentId, context?.["of"]])).toEqual([
      ["agent-1", "collected"],
    ]);
  });
});
