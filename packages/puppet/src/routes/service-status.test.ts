import { describe, expect, it } from "vitest";
import { serve } from "../puppet.test.helper.js";

const utf8 = "text/plain;charset=utf-8";
const json = "application/json;charset=utf-8";
const about = (state: string, level = "info") => ({
  service_version: "8.10.0",
  service_status_version: 1,
  detail_level: level,
  state,
  status: {},
  active_alerts: [],
});

describe("status/v1", () => {
  it.each<[string[], number, string]>([
    [[], 200, "running"],
    [["database"], 503, "error"],
    [["stopping"], 503, "stopping"],
    [["database", "stopping"], 503, "stopping"],
  ])("with %j in the way: %i %s", async (reasons, status, state) => {
    const { send } = await serve({ notReady: async () => reasons });
    for (const path of ["simple", "simple/ca", "simple/master", "simple/server", "simple/status-service"])
      expect(await send("GET", `/status/v1/${path}`)).toMatchObject({ status, type: utf8, text: state });
    const services = await send("GET", "/status/v1/services");
    expect([services.status, services.type]).toEqual([status, json]);
    expect(JSON.parse(services.text)).toEqual(
      Object.fromEntries(["ca", "master", "server", "status-service"].map((name) => [name, about(state)])),
    );
    const ca = await send("GET", "/status/v1/services/ca");
    expect([ca.status, ca.type, JSON.parse(ca.text)]).toEqual([status, json, { ...about(state), service_name: "ca" }]);
  });

  it.each(["critical", "info", "debug"])("has the level %s, and no more to say at any", async (level) => {
    const { send } = await serve();
    const answer = await send("GET", `/status/v1/services/ca?level=${level}`);
    expect(JSON.parse(answer.text)).toEqual({ ...about("running", level), service_name: "ca" });
    expect(JSON.parse((await send("GET", `/status/v1/services?level=${level}`)).text).ca.detail_level).toBe(level);
  });

  it.each(["services", "services/ca"])("refuses another level of %s (p7-06, exchange 90)", async (path) => {
    const { send } = await serve();
    const answer = await send("GET", `/status/v1/${path}?level=bogus`);
    expect([answer.status, answer.type]).toEqual([400, json]);
    expect(JSON.parse(answer.text)).toEqual({ kind: "data-invalid", msg: "Invalid level: :bogus" });
    expect((await send("GET", `/status/v1/${path}?level=${"x".repeat(5000)}`)).text.length).toBeLessThan(200);
  });

  it("knows no other services: there is no JRuby here", async () => {
    const { send } = await serve();
    for (const name of ["nosuch", "jruby-metrics", "puppet-profiler", "toString"]) {
      const full = await send("GET", `/status/v1/services/${name}?level=bogus`);
      expect([full.status, full.type]).toEqual([404, json]);
      expect(JSON.parse(full.text)).toEqual({
        kind: "service-not-found",
        msg: `No status information found for service ${name}`,
      });
      const simple = await send("GET", `/status/v1/simple/${name}`);
      expect(simple).toMatchObject({ status: 404, type: utf8, text: `not found: ${name}` });
    }
  });
});
