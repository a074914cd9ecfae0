import { expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";

const protocol = { artifactKinds: [], settings: [], nodeSettings: {} };

it("a protocol without enrolment keys has none, as one that is not there", async () => {
  const key = { id: "k", protocol: "with", name: "fleet", createdAt: AT, revokedAt: null };
  const { call, events } = await serveApi({
    protocols: [
      { ...protocol, id: "with", checkEnrolmentKey: () => ["a warning"] },
      { ...protocol, id: "without" },
    ],
    keys: { add: async () => key },
  });
  const add = (id: string) => call("admin", "POST", `/enrolment-keys/${id}`, { name: "fleet", key: "secret" });
  expect((await add("with")).json).toMatchObject({ key: "secret", warnings: ["a warning"] });
  for (const id of ["without", "none"]) {
    const answer = await add(id);
    expect([answer.status, answer.json.title]).toEqual([404, `There is no protocol ${id} with enrolment keys.`]);
    expect((await call("operator", "GET", `/enrolment-keys/${id}`)).status).toBe(404);
    expect((await call("admin", "DELETE", `/enrolment-keys/${id}/fleet`)).status).toBe(404);
  }
  expect(events).toHaveLength(1);
});
