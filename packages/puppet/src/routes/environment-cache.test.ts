import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { admin, serve, stranger, verified } from "../puppet.test.helper.js";

const PATH = "/puppet-admin-api/v1/environment-cache";
const deployer = verified("deploy.example.org");

/** With the rule that an operator adds for it: there is no default one. */
async function house(redeploy = async (_environment: string | undefined, _by: string): Promise<void> => undefined) {
  const calls: unknown[] = [];
  const rule = {
    "match-request": { path: "/puppet-admin-api/v1/environment-cache", type: "path", method: ["delete", "get"] },
    allow: "deploy.example.org",
    "sort-order": 200,
    name: "r10k",
  } as const;
  const served = await serve({
    config: { authorization: { rules: [rule] } },
    redeploy: (environment, by) => {
      calls.push([environment, by]);
      return redeploy(environment, by);
    },
  });
  return { ...served, calls };
}

describe("DELETE environment-cache", () => {
  it("deploys all environments, or one, and answers when that is done", async () => {
    let done = false;
    const { send, calls } = await house(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      done = true;
    });
    expect(await send("DELETE", PATH, { peer: deployer })).toMatchObject({ status: 204, text: "" });
    expect(done).toBe(true);
    expect((await send("DELETE", `${PATH}?environment=production`, { peer: deployer })).status).toBe(204);
    expect(calls).toEqual([
      [undefined, "deploy.example.org"],
      ["production", "deploy.example.org"],
    ]);
  });

  it.each(["", "..", "../../etc", "a/b", "Production", "a%2Fb", "a%00b", "x".repeat(65)])(
    "refuses the environment %j, and deploys nothing",
    async (environment) => {
      const { send, calls } = await house();
      const answer = await send("DELETE", `${PATH}?environment=${environment}`, { peer: deployer });
      expect(answer).toMatchObject({ status: 400, text: expect.stringContaining("no name of an environment") });
      expect(calls).toEqual([]);
    },
  );

  it("says what went wrong", async () => {
    const { send } = await house(async () => {
      throw new GatehouseError("request-malformed", "modules/x is a link that leads out.");
    });
    const answer = await send("DELETE", PATH, { peer: deployer });
    expect(answer).toMatchObject({ status: 400, text: "modules/x is a link that leads out." });
  });

  it("is for DELETE only", async () => {
    const { send, calls } = await house();
    const answer = await send("GET", PATH, { peer: deployer });
    expect([answer.status, answer.headers.allow, calls]).toEqual([405, "DELETE", []]);
  });

  it("is for nobody whom no rule allows, administrators and other agents neither", async () => {
    const { send, calls } = await house();
    for (const peer of [admin, stranger, verified("web01"), undefined])
      expect((await send("DELETE", PATH, peer === undefined ? {} : { peer })).status).toBe(403);
    expect(calls).toEqual([]);
  });
});
