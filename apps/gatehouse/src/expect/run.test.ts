import { readFileSync } from "node:fs";
import { createClient } from "@gatehouse/client";
import { describe, expect, it } from "vitest";
import { folderOf } from "../apply/folder.test.helper.js";
import type { Session } from "../command/context.js";
import { CommandError, EXIT } from "../command/errors.js";
import { Api } from "./api.js";
import { fakePace } from "./pace.test.helper.js";
import { anExpectation, aResult, resultsOf } from "./results.test.helper.js";
import { clear, exitCodeOf, runExpectations } from "./run.js";

const AT = "2026-03-01T10:00:00.000Z";
const place = { file: "ci.yaml", line: 1 };

/** A gateway that knows the time and takes recordings; the rest is as it is told. */
function gateway(rest: () => Response, stop = () => Response.json({ id: "rec" })) {
  const asked: string[] = [];
  const client = createClient({
    ...{ url: "http://gateway", token: "t" },
    fetch: async (request) => {
      const call = `${request.method} ${new URL(request.url).pathname.replace("/api/v1", "")}`;
      asked.push(call);
      if (call === "GET /status") return Response.json({ database: { now: AT } });
      if (call === "POST /recordings") return Response.json({ id: "rec", state: "on", spec: {} }, { status: 201 });
      return call.startsWith("DELETE") ? stop() : rest();
    },
  });
  const ask: Session["ask"] = async (call) => {
    const { data, response } = await call(client);
    if (response.ok) return data as never;
    throw new CommandError("it is away", EXIT.unreachable);
  };
  return { session: { ask }, asked };
}
const options = () => {
  const warned: string[] = [];
  const warn = (text: string) => {
    warned.push(text);
  };
  return { signal: new AbortController().signal, pace: fakePace(), warn, warned };
};
const recorded = { expectations: [anExpectation({ within: 3_000 })], recordings: [{ spec: {}, place }] };

describe("runExpectations", () => {
  it("knows the time of the gateway, and stops what it began to record", async () => {
    const report = { ...aResult(), id: "1", nodeName: "web-1", firstAt: AT, status: "success", errors: [], counts: {} };
    const { session, asked } = gateway(() => Response.json({ reports: [report], next: null }));
    const results = await runExpectations(session, recorded, options());
    expect(results).toMatchObject({ startedAt: AT, seconds: 0, results: [{ met: true }] });
    expect(asked).toEqual(["GET /status", "POST /recordings", "GET /reports", "DELETE /recordings/rec"]);
  });

  it("stops it when all goes wrong, too", async () => {
    const { session, asked } = gateway(() => {
      throw new TypeError("ours");
    });
    await expect(runExpectations(session, recorded, options())).rejects.toThrow("ours");
    expect(asked.at(-1)).toBe("DELETE /recordings/rec");
  });

  it("says when it could not, and has its results all the same", async () => {
    const away = () => new Response(null, { status: 503 });
    const { session } = gateway(away, away);
    const { warned, ...given } = options();
    const results = await runExpectations(session, recorded, given);
    expect(results.results).toMatchObject([{ met: false, isUnreached: true }]);
    expect(warned).toEqual(["The recording rec was not stopped, and ends by itself: it is away"]);
  });

  it("begins nothing where nobody is", async () => {
    const ask = () => Promise.reject(new CommandError("nobody", EXIT.unreachable));
    await expect(runExpectations({ ask }, recorded, options())).rejects.toMatchObject({ exitCode: EXIT.unreachable });
  });
});

describe("a gateway that takes connections and says nothing", () => {
  const never: Session["ask"] = () => new Promise(() => undefined);

  it("is one that is not reached, and keeps nobody from asking again", async () => {
    const api = new Api({ ask: never }, 1);
    const ask = () => api.ask((client) => client.GET("/status"));
    const asked = await Promise.allSettled(Array.from({ length: 20 }, ask));
    for (const one of asked) expect(one).toMatchObject({ status: "rejected", reason: { exitCode: EXIT.unreachable } });
  });

  it("is given more time where it was told to wait", async () => {
    const api = new Api({ ask: async (call) => (await call({} as never)).data as never }, 1);
    const later = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { data: "came", response: Response.json({}) };
    };
    await expect(api.ask(later, 60)).resolves.toBe("came");
  });

  it("does not hold up who is interrupted", async () => {
    const interrupted = new AbortController();
    const running = runExpectations({ ask: never }, recorded, { ...options(), signal: interrupted.signal });
    interrupted.abort();
    await expect(running).rejects.toMatchObject({ exitCode: EXIT.failed });
  });
});

it.each([null, {}, [], 5, { database: null }, { database: { now: 5 } }])("no gateway, but JSON: %j", async (said) => {
  const ask: Session["ask"] = async () => said as never;
  await expect(runExpectations({ ask }, recorded, options())).rejects.toThrow("is it a gateway?");
});

describe("exitCodeOf", () => {
  const met = aResult();
  const unmet = aResult({ met: false });
  const unreached = aResult({ met: false, isUnreached: true });
  it.each([
    ["all are met", [met, met], EXIT.ok],
    ["one is not", [met, unmet], EXIT.failed],
    ["one is not for want of the gateway", [met, unreached], EXIT.unreachable],
    ["one is not, and another for want of the gateway", [unmet, unreached], EXIT.failed],
  ])("when %s", (_, results, code) => {
    expect(exitCodeOf(resultsOf(...results))).toBe(code);
  });
});

describe("clear", () => {
  it("takes away what is of another run", () => {
    const dir = folderOf({ "old.xml": "old" });
    clear(`${dir}/old.xml`);
    clear(`${dir}/new.xml`);
    expect(readFileSync(`${dir}/old.xml`, "utf8")).toBe("");
  });

  it.each(["", "none/a.xml", "file/a.xml"])("refuses what cannot be written: %j", (name) => {
    const dir = folderOf({ file: "" });
    expect(() => clear(`${dir}/${name}`)).toThrow(expect.objectContaining({ exitCode: EXIT.usage }));
  });
});
