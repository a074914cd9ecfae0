import type { Environments, EnvironmentVersion, NewTreeEntry } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { warmedEnvironments } from "./warmed.js";

const sha256 = "0".repeat(64);
const entries: NewTreeEntry[] = [{ type: "file", path: "site.pp", mode: 0o644, mtime: 0, size: 1, sha256 }];
const deployment = { name: "production", entries, by: "ada" };
const fails = (error: Error) => () => Promise.reject(error);

function house(warm: (version: EnvironmentVersion) => Promise<void> = async () => undefined, isCurrent = false) {
  const steps: unknown[] = [];
  const version = { name: "production", version: 2, codeId: "2", deployedAt: new Date(0), entries: new Map() };
  const summary = { name: "production", deployedAt: new Date(0), deployedBy: "ada", files: 1, bytes: 1 };
  const moved = { name: "production", version: 3, changed: true };
  const ports: Partial<Environments> = {
    isCurrent: async () => isCurrent,
    versions: async () => [3, 2, 1].map((number) => ({ ...summary, version: number, current: number === 3 })),
    version: async (_, number) => (number === 2 ? version : undefined),
    propose: async (name, { length }) => ({
      ...version,
      name,
      version: 0,
      entries: new Map([[`${length}`, {} as never]]),
    }),
    deploy: async () => {
      steps.push("deploy");
      return moved;
    },
    rollback: async (_, number) => {
      steps.push(["rollback", number]);
      return moved;
    },
  };
  const compiler = {
    warm: async (one: EnvironmentVersion) => {
      steps.push(["warm", one.name, one.version, [...one.entries.keys()]]);
      await warm(one);
    },
  };
  const lines: unknown[] = [];
  const note = (...line: unknown[]) => void lines.push(line);
  const log = { debug: note, info: note, warn: note, error: note };
  const environments = warmedEnvironments(ports as Environments, { compiler, log, patience: 50 });
  return { steps, lines, moved, environments };
}

describe("an environment's next version", () => {
  it("is warm before agents get it", async () => {
    const { environments, steps, moved } = house();
    expect(await environments.deploy(deployment)).toEqual(moved);
    expect(steps).toEqual([["warm", "production", 0, ["site.pp"]], "deploy"]);
  });

  it.each([2, undefined])("is warm before agents get it again (%s)", async (wanted) => {
    const { environments, steps } = house();
    await environments.rollback("production", wanted);
    expect(steps).toEqual([
      ["warm", "production", 2, []],
      ["rollback", wanted],
    ]);
  });

  it("is not warmed where there is nothing new, or nothing of that number", async () => {
    const { environments, steps } = house(undefined, true);
    await environments.deploy(deployment);
    await environments.rollback("production", 7);
    expect(steps).toEqual(["deploy", ["rollback", 7]]);
  });

  it("is deployed with a warning where its code fails, and without one where the compiler does", async () => {
    const broken = house(fails(new GatehouseError("catalog-failed", "Syntax error at '}' (line: 2)")));
    expect(await broken.environments.deploy(deployment)).toEqual({
      ...broken.moved,
      warning: "Syntax error at '}' (line: 2)",
    });
    const other = house(fails(new Error("no process")));
    expect(await other.environments.rollback("production", 2)).toEqual(other.moved);
    for (const { lines } of [broken, other]) expect(lines).toHaveLength(1);
  });

  it("is deployed where its code does not come to an end", async () => {
    const { environments, steps, moved } = house(() => new Promise(() => undefined));
    expect(await environments.deploy(deployment)).toEqual(moved);
    expect(steps).toHaveLength(2);
  });

  it("is warm for who deploys it otherwise, with what its code fails with, where it is new", async () => {
    const broken = house(fails(new GatehouseError("catalog-failed", "Syntax error")));
    expect(await broken.environments.warmed("production", entries)).toEqual({ warning: "Syntax error" });
    expect(broken.steps).toEqual([["warm", "production", 0, ["1"]]]);
    const same = house(undefined, true);
    expect([await same.environments.warmed("production", entries), same.steps]).toEqual([{}, []]);
  });

  it("is refused before anything is warmed where it is no tree", async () => {
    const { environments, steps } = house();
    const wrong = { ...deployment, entries: [{ ...entries[0], path: "../x" } as NewTreeEntry] };
    await expect(environments.deploy(wrong)).rejects.toMatchObject({ code: "request-malformed" });
    expect(steps).toEqual([]);
  });
});
