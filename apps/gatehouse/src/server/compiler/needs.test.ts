import { expect, it } from "vitest";
import { enrol, useGateway } from "../gateway.test.helper.js";

const house = useGateway({ env: { GATEHOUSE_PUPPET_COMPILER_ENABLED: "false" } });
const admin = (method: string, path: string, body?: unknown) =>
  house.call(method, `/api/v1${path}`, { token: house.tokens.admin, ...(body === undefined ? {} : { body }) });
const check = async () =>
  (await admin("GET", "/doctor")).json.checks.find(({ id }: { id: string }) => id === "compiler");

it("classes of groups and of nodes need a compiler that is turned off; resources alone do not", async () => {
  const rule = { everything: true };
  await admin("PUT", "/groups/plain", { rule, settings: { "puppet.resources": { "File[/a]": {} } } });
  expect(await check()).toMatchObject({
    state: "ok",
    finding: expect.stringContaining("No site manifest and no class"),
  });
  const { nodeId } = await enrol(house, "0b8a0e0a-0000-4000-8000-000000000001", "web01");
  expect((await admin("PUT", "/groups/time", { rule, settings: { "puppet.classes": { ntp: {} } } })).status).toBe(200);
  const put = await admin("PUT", `/nodes/${nodeId}/settings/puppet.classes`, { value: { ntp: {} } });
  expect(put.status).toBeLessThan(300);
  expect(await check()).toMatchObject({
    state: "failed",
    finding: expect.stringMatching(/1 group that gives classes needs it: time\. 1 node that has classes needs it\.$/),
  });
});
