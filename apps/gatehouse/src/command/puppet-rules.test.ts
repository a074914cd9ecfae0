import { describe, expect, it } from "vitest";
import { AT, gatewayOf } from "./gateway.test.helper.js";

const aRule = (said: object = {}) => ({
  name: "guests",
  protocol: "puppet",
  origin: "stored",
  sortOrder: 400,
  methods: ["GET", "HEAD"],
  path: "/puppet/v3/catalog/",
  who: "any node",
  createdAt: AT,
  createdBy: "ada",
  fault: null,
  ...said,
});
const aDefault = aRule({ name: "all", origin: "default", sortOrder: 999, createdAt: null, createdBy: null });

describe("gatehouse puppet rules list", () => {
  it("shows them in order, with who keeps them, and warns of one that means nothing", async () => {
    const odd = aRule({ name: "odd", fault: "its path cannot be read." });
    const { gatehouse } = await gatewayOf({ "GET /authorization-rules": { rules: [aRule(), odd, aDefault] } });
    const { code, out, err } = await gatehouse(["puppet", "rules", "list"]);
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["ORDER", "RULE", "METHOD", "PATH", "WHO", "KEPT BY"],
      ["400", "guests", "GET HEAD", "/puppet/v3/catalog/", "any node", "ada, 2026-03-01 10:00:00Z"],
      ["400", "odd", "GET HEAD", "/puppet/v3/catalog/", "any node", "ada, 2026-03-01 10:00:00Z"],
      ["999", "all", "GET HEAD", "/puppet/v3/catalog/", "any node", "default"],
      [""],
    ]);
    expect([code, err]).toEqual([
      0,
      "warning: odd denies all that it is for, whatever it says: its path cannot be read.\n",
    ]);
  });
});

describe("gatehouse puppet rules explain", () => {
  const CALL = "GET /puppet/v3/catalog/web01";
  it.each([
    [aRule(), /^decision +denied\nrule +guests\nfrom +ada, 2026-03-01 10:00:00Z\nbecause +so\n$/],
    [aDefault, /^decision +denied\nrule +all\nfrom +default\nbecause +so\n$/],
    [null, /^decision +denied\nrule +none matches\nbecause +so\n$/],
  ])("says what is decided, by which rule, and whose that is: %#", async (rule, text) => {
    const answer = { allowed: false, why: "so", rule };
    const { gatehouse, asked } = await gatewayOf({ "POST /authorization-rules/explain": answer });
    const { code, out } = await gatehouse(["puppet", "rules", "explain", CALL]);
    expect([code, out]).toEqual([0, expect.stringMatching(text)]);
    expect(asked).toEqual([["POST /authorization-rules/explain", { call: CALL }]]);
  });

  it("asks about a certificate with its extensions", async () => {
    const answer = { allowed: true, why: "so", rule: null };
    const { gatehouse, asked } = await gatewayOf({ "POST /authorization-rules/explain": answer });
    const certificate = ["--certname", "web01", "--extension", "pp_role=web", "--extension", "pp_zone=a=b"];
    expect((await gatehouse(["--json", "puppet", "rules", "explain", CALL, ...certificate])).json).toEqual(answer);
    const extensions = { pp_role: "web", pp_zone: "a=b" };
    expect(asked).toEqual([["POST /authorization-rules/explain", { call: CALL, certname: "web01", extensions }]]);
  });
});

describe("gatehouse puppet rules remove", () => {
  it("takes one away, whatever its name", async () => {
    const { gatehouse, asked } = await gatewayOf({ "DELETE /authorization-rules/a%2Fb%20c": undefined });
    expect(await gatehouse(["puppet", "rules", "remove", "a/b c"])).toMatchObject({ code: 0, out: "a/b c is gone.\n" });
    expect(asked).toHaveLength(1);
  });
});
