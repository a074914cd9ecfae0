import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { useGateway } from "../server/gateway.test.helper.js";
import { createRedeploy } from "./redeploy.js";

const house = useGateway();
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "gatehouse-environments-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
});

const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
  writeFileSync(path.join(dir, file), text);
};
const redeployOf = (from: string | undefined) => {
  const { content, environments, audit } = house.gateway;
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  return createRedeploy({ dir: from, content, environments, audit, log });
};
const current = (name: string) => house.gateway.environments.current(name);
const versionOf = async (name: string) => (await current(name))?.version;

describe("redeploy", () => {
  it("makes a version of each folder that can be one, and of changes only", async () => {
    write("alpha/manifests/site.pp", "# one\n");
    write("beta/environment.conf", "");
    write("No Environment/x", "");
    write("file", "");
    const redeploy = redeployOf(dir);
    await redeploy(undefined, "r10k");
    expect((await current("alpha"))?.entries.get("manifests/site.pp")).toMatchObject({ type: "file", size: 6 });
    expect([await versionOf("alpha"), await versionOf("beta"), await versionOf("file")]).toEqual([1, 1, undefined]);
    write("alpha/manifests/site.pp", "# two\n");
    await redeploy("alpha", "r10k");
    await redeploy(undefined, "r10k");
    expect([await versionOf("alpha"), await versionOf("beta")]).toEqual([2, 1]);
    const events = await house.db.run(
      "select actor, subject, detail from audit_events where action = 'environment.deploy' order by id",
    );
    expect(events.map(({ actor, subject, detail }) => [actor, subject, detail.version])).toEqual([
      ["r10k", "alpha", 1],
      ["r10k", "beta", 1],
      ["r10k", "alpha", 2],
    ]);
  });

  it("makes no version of what only r10k's own notes say", async () => {
    write("noted/x", "one");
    write("noted/.r10k-deploy.json", '{"finished_at":"2026-11-20 19:38:35 UTC"}');
    const redeploy = redeployOf(dir);
    await redeploy("noted", "r10k");
    write("noted/.r10k-deploy.json", '{"finished_at":"2026-11-20 20:38:35 UTC"}');
    await redeploy("noted", "r10k");
    expect(await versionOf("noted")).toBe(1);
    write("noted/x", "two");
    await redeploy("noted", "r10k");
    expect(await versionOf("noted")).toBe(2);
  });

  it("follows a folder that is a link, as blue and green have it", async () => {
    write("releases_42/manifests/site.pp", "# 42\n");
    symlinkSync("releases_42", path.join(dir, "gamma"));
    await redeployOf(dir)("gamma", "r10k");
    expect((await current("gamma"))?.entries.size).toBe(2);
  });

  it("leaves an environment without a folder as it is, and one that cannot be", async () => {
    write("delta/x", "one");
    const redeploy = redeployOf(dir);
    await redeploy("delta", "r10k");
    symlinkSync("/etc/passwd", path.join(dir, "delta/link"));
    await expect(redeploy("delta", "r10k")).rejects.toMatchObject({ code: "request-malformed" });
    rmSync(path.join(dir, "delta"), { recursive: true });
    await redeploy("delta", "r10k");
    await redeploy("never_there", "r10k");
    expect([await versionOf("delta"), await versionOf("never_there")]).toEqual([1, undefined]);
  });

  it("takes turns, so that the last call sees what was laid before it", async () => {
    const redeploy = redeployOf(dir);
    write("epsilon/x", "first");
    const first = redeploy("epsilon", "r10k");
    write("epsilon/x", "second");
    await Promise.all([first, redeploy("epsilon", "r10k"), redeploy(undefined, "r10k")]);
    const sha256 = "16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4";
    expect((await current("epsilon"))?.entries.get("x")).toMatchObject({ sha256 });
  });

  it("says what is wrong with the folder of all, and does nothing where none is named", async () => {
    await expect(redeployOf(path.join(dir, "gone"))(undefined, "r10k")).rejects.toMatchObject({
      code: "config-invalid",
    });
    await redeployOf(undefined)(undefined, "r10k");
    await redeployOf(undefined)("zeta", "r10k");
    expect(await versionOf("zeta")).toBeUndefined();
  });
});
