import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VerbsSite } from "./site.js";

/** `gatehouse job`, `gatehouse package` and `gatehouse node wake`, for machines that simulated agents inventoried. */
export function jobVerbs({ done, here, json }: VerbsSite): void {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "gatehouse-command-"));
    writeFileSync(path.join(folder, "package.yaml"), 'actions: [{ cmd: { exec: "sh hello.sh" } }]\n');
    writeFileSync(path.join(folder, "hello.sh"), "echo hello\n");
    writeFileSync(
      path.join(folder, "look.yaml"),
      "steps: [{ function: getFromRegistry, path: HKEY_LOCAL_MACHINE/V }]\n",
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const machine = async (): Promise<string> => {
    const { nodes } = await json("node", "list", "--name", "sim-fusioninventory");
    return nodes[0].name;
  };

  describe("package", () => {
    it("add, list, show and withdraw", async () => {
      const add = ["package", "add", "hello", folder];
      expect(await done(...add)).toMatch(/^hello is at version 1: 2 files sent \(/);
      expect(await done(...add)).toBe("hello is unchanged at version 1.\n");
      expect(await done("package", "list")).toMatch(/^hello +1 .* 2 /m);
      expect(await done("package", "show", "hello")).toMatch(/^ +1 +cmd +\{"exec":"sh hello.sh"\}$/m);
      writeFileSync(path.join(folder, "package.yaml"), "acions: []\n");
      expect(await here(...add)).toMatchObject({ code: 2, err: expect.stringContaining("did you mean actions?") });
      expect(await json("package", "show", "hello")).toMatchObject({ version: 1, versions: [{ version: 1 }] });
    });
  });

  describe("job", () => {
    it("create, orders, list, show and cancel", async () => {
      const node = await machine();
      const made = await json("job", "create", "--package", "hello", "--node", node, "--name", "hello-1");
      expect(made).toMatchObject({ jobs: 1, leftCount: 0, order: { name: "hello-1", task: "deploy" } });
      expect(await done("job", "orders")).toMatch(/^.* hello-1 +deploy +1 node +1 prepared$/m);
      expect(await done("job", "list", "--order", "hello-1")).toMatch(new RegExp(` ${node} +deploy +prepared `));
      const { jobs } = await json("job", "list", "--order", "hello-1");
      expect(await done("job", "show", jobs[0].id)).toMatch(/^state +prepared$/m);
      expect(await done("job", "show", "hello-1")).toMatch(/^jobs +1 prepared$/m);
      expect(await done("job", "cancel", jobs[0].id)).toBe("1 job cancelled.\n");
      expect(await here("job", "cancel", jobs[0].id)).toMatchObject({ code: 1, err: expect.stringContaining("ended") });
      expect(await done("job", "cancel", "hello-1")).toBe("No job of it was open.\n");
      const look = ["job", "create", "--task", "collect", "--spec", path.join(folder, "look.yaml"), "--node", node];
      expect((await json(...look)).order.work.spec.steps).toHaveLength(1);
      expect(await here("job", "create", "--package", "gone", "--node", node)).toMatchObject({ code: 1 });
      expect(await done("package", "withdraw", "hello")).toBe("hello is withdrawn.\n");
    });
  });

  describe("node wake", () => {
    it("is an order for nodes or a group", async () => {
      const node = await machine();
      expect(await json("node", "wake", node, "--task", "deploy", "--task", "inventory")).toMatchObject({
        jobs: 1,
        order: { task: "wake", work: { spec: { tasks: ["deploy", "inventory"] } } },
      });
      expect(await here("node", "wake")).toMatchObject({ code: 2 });
    });
  });
}
