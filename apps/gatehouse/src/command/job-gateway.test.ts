import { fileURLToPath } from "node:url";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { createSubmissions } from "@gatehouse/store";
import { beforeAll, describe, expect, it } from "vitest";
import { useGateway } from "../server/gateway.test.helper.js";
import { run } from "./program.js";

const EXAMPLE = fileURLToPath(new URL("../../../../examples/deploy", import.meta.url));
const alias = { family: "inventory", kind: "deviceid", value: "web-1-2026-11-20-10-00-00" } as const;
const house = useGateway();
let agent: KnownAgent;

/** Runs `gatehouse …` on the gateway. */
async function gatehouse(...args: string[]) {
  let [out, err] = ["", ""];
  const code = await run(args, {
    env: { GATEHOUSE_URL: `http://127.0.0.1:${house.port}`, GATEHOUSE_TOKEN: house.tokens.admin },
    out: (text) => {
      out += text;
    },
    warn: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}
const done = async (...args: string[]): Promise<string> => {
  const { code, out, err } = await gatehouse(...args);
  expect([code, err], args.join(" ")).toEqual([0, ""]);
  return out;
};
const json = async (...args: string[]) => JSON.parse(await done("--json", ...args));

beforeAll(async () => {
  await house.gateway.registry.enrol({
    ...{ alias, nodeName: "web-1", evidence: [], trust: "certificate", role: "contact", keyId: null, detail: {} },
    merge: () => ({ deviceId: alias.value, program: "FusionInventory-Agent" }),
  });
  const found = await house.gateway.registry.findAgent(alias);
  if (found === undefined) throw new Error("the agent is not there");
  agent = found;
});

describe("the example of a deployment, on a gateway", () => {
  it("is applied once, with a package that is handed over as it is in the folder", async () => {
    await done("node", "label", "web-1", "greet=yes");
    expect(await done("apply", "-f", EXAMPLE, "--dry-run")).toMatch(/^\+ Package hello$[\s\S]*^\+ Job hello-1$/m);
    expect(await done("package", "list")).toContain("There is no package yet");
    expect(await done("apply", "-f", EXAMPLE)).toBe("+ Package hello\n+ Group greeted\n+ Job hello-1\n= 0 unchanged\n");
    expect(await done("apply", "-f", EXAMPLE)).toBe("= 3 unchanged\n");
    expect(await json("package", "show", "hello")).toMatchObject({
      ...{ version: 1, description: "leaves a greeting in /var/tmp, once", files: [{ name: "hello.sh", parts: 1 }] },
      checks: [{ type: "fileExists", return: "skip" }],
      actions: [{ cmd: { exec: "sh hello.sh", name: "greet" } }],
    });
    expect(await done("package", "add", "HELLO", `${EXAMPLE}/hello`)).toBe("hello is unchanged at version 1.\n");
  });

  it("waits with a reason, is handed to a proven agent alone, and tells its story to the end", async () => {
    expect(await done("job", "list")).toMatch(/ web-1 +deploy +prepared +The agent was not seen since .* hello-1 /);
    const { agentWork } = house.gateway;
    expect(await agentWork.take(agent, "deploy", { isProven: false }, 10)).toEqual([]);
    expect(await done("job", "list", "--order", "hello-1")).toMatch(
      / prepared +The agent asked for work without a proof/,
    );
    const [job] = await agentWork.take(agent, "deploy", { isProven: true }, 10);
    if (job === undefined) throw new Error("no job was handed over");
    expect(job.work).toEqual({ task: "deploy", spec: { package: "hello", version: 1 } });
    const word = { status: "ok", message: null } as const;
    await agentWork.say(job, { ...word, step: "checking", about: "check 1", message: "file is missing" });
    expect(await done("job", "show", "hello-1")).toMatch(/^jobs +1 running$/m);
    await agentWork.say(job, { step: null, about: null, status: "ko", message: "no sh", end: "ko", reason: "no sh" });
    const shown = await done("job", "show", job.id);
    expect(shown).toMatch(/^state +ko$/m);
    expect(shown).toMatch(/^why +no sh$/m);
    expect(shown).toMatch(/ agent +checking +check 1 +ok +file is missing$/m);
    const order = await done("job", "show", "hello-1");
    expect(order).toMatch(/^jobs +1 ko$/m);
    expect(order).toMatch(new RegExp(`^ +web-1 +ko +no sh +${job.id}$`, "m"));
    expect(await gatehouse("job", "cancel", job.id)).toMatchObject({
      code: 1,
      err: expect.stringContaining("ended already: ko"),
    });
    expect(await createSubmissions(house.db, house.gateway.work.wake).settled(agent.agentId, 30_000)).toBe(true);
    const { reports } = await json("report", "list", "--node", "web-1", "--protocol", "jobs");
    expect(reports).toMatchObject([{ run: job.id, operation: "deploy", status: "failure" }]);
  });

  it("is ordered by hand too, for nodes that are named, and cancelled", async () => {
    const name = ["--name", "by-hand"];
    expect(await done("job", "create", "--package", "hello:1", "--node", "web-1", "--not-before", "2h", ...name)).toBe(
      "Order by-hand: 1 job.\nHow it goes: gatehouse job show by-hand\n",
    );
    expect(await done("job", "list", "--order", "by-hand")).toMatch(/ prepared +It is not due before /);
    expect(await gatehouse("job", "create", "--package", "hello", "--node", "web-1", ...name)).toMatchObject({
      code: 1,
    });
    expect(await gatehouse("job", "create", "--package", "hello:9", "--node", "web-1")).toMatchObject({ code: 1 });
    expect(await done("job", "cancel", "by-hand")).toBe("1 job cancelled.\n");
    expect(await done("node", "wake", "web-1", "--task", "deploy")).toMatch(/^Order \S+: 1 job\.\n/);
    expect(await done("package", "withdraw", "hello")).toBe("hello is withdrawn.\n");
    expect(await gatehouse("job", "create", "--package", "hello", "--node", "web-1")).toMatchObject({ code: 1 });
  });

  it("leaves every step in the audit trail", async () => {
    const { events } = await json("audit", "list", "--action", "job.");
    expect(events.map(({ action }: { action: string }) => action).toReversed()).toEqual([
      ...["job.create", "job.create", "job.cancel", "job.create"],
    ]);
    expect(events.at(-1).detail).toMatchObject({ name: "hello-1", task: "deploy", group: "greeted", jobs: 1 });
  });
});
