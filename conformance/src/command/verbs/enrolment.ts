import { describe, expect, it } from "vitest";
import { gatehouse } from "../gatehouse.js";
import type { VerbsSite } from "./site.js";

const SECRET = "5d41402a-bc4b-4a76-b971-9d911017c592";
const AGENT = "3a609a2e-947f-4e6a-9af9-32c024ac3944";

/** What inventory agents prove themselves with: tokens, logins, keys. */
export function enrolmentVerbs({ done, fleet, json }: VerbsSite): void {
  describe("enrolment", () => {
    it("token create, list and revoke", async () => {
      const secret = (await done("enrolment", "token", "create", "fleet")).trim();
      expect(secret).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      const made = await json(
        ...["enrolment", "token", "create", "lab", "--tag", "lab", "--agent", AGENT, "--uses", "5", "--expires", "30d"],
      );
      expect(made).toMatchObject({ name: "lab", tag: "lab", agent: AGENT, mostUses: 5, uses: 0 });
      const list = await done("enrolment", "token", "list");
      expect(list).toMatch(/^fleet +active +all +0 /m);
      expect(list).toMatch(new RegExp(`^lab +active +${AGENT}, tag lab +0 of 5 `, "m"));
      expect(list + JSON.stringify(await json("enrolment", "token", "list"))).not.toContain(secret);
      expect(await done("enrolment", "token", "revoke", "fleet")).toBe("fleet is revoked, and 0 keys with it.\n");
      expect(await json("enrolment", "token", "revoke", "lab")).toMatchObject({ token: { name: "lab" }, keys: 0 });
    });

    it("login add, list and revoke", async () => {
      const secret = (await done("enrolment", "login", "add", "fleet", "--kind", "basic")).trim();
      expect(secret).toMatch(/^[\w-]{32}$/);
      await json("enrolment", "login", "add", "web01", "--kind", "oauth", "--agent", AGENT);
      const list = await done("enrolment", "login", "list");
      expect(list).toMatch(/^fleet +basic +active +many /m);
      expect(list).toMatch(new RegExp(`^web01 +oauth +active +${AGENT} `, "m"));
      expect(list + JSON.stringify(await json("enrolment", "login", "list"))).not.toContain(secret);
      expect(await done("enrolment", "login", "revoke", "fleet")).toBe("fleet is revoked.\n");
      expect(await done("enrolment", "login", "revoke", "web01", "--kind", "oauth")).toBe("web01 is revoked.\n");
      expect(await done("enrolment", "login", "list")).toMatch(/^fleet +basic +revoked /m);
    });

    it("key list, revoke and renew, where nobody registered", async () => {
      expect(await done("enrolment", "key", "list", AGENT)).toContain("There are no keys");
      expect(await json("enrolment", "key", "list")).toEqual({ keys: [], next: null });
      for (const verb of ["revoke", "renew"])
        expect(
          await gatehouse(["--data", fleet().server.site.dataDir, "enrolment", "key", verb, SECRET], {}),
        ).toMatchObject({ code: 1, out: "", err: expect.stringContaining("no active key") });
    });
  });
}
