import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { useGateway } from "../gateway.test.helper.js";
import { applying, configuration, emptyOfDocuments, enrolmentKey, glob, MOF } from "./apply.test.helper.js";

const house = useGateway();
const { call, apply, done } = applying(house);
const secretsOf = (said: string) => ({
  secrets: {
    ...{ "env:KEY": `${said}-key-0123456789`, "env:T": `${said}-token-0123456789abcdef` },
    "env:UUID": `${createHash("md5").update(said).digest("hex").slice(0, 8)}-bc4b-4a76-b971-9d911017c592`,
  },
});
/** What the documents say, and what they say later. */
const [first, second] = [secretsOf("first"), secretsOf("second")];

interface Case {
  readonly document: { readonly kind: string; readonly name: string; readonly spec: Record<string, unknown> };
  /** Of all that there are; with `/NAME`, of one. */
  readonly path: string;
  /** Makes a thing of the document's name that says something else, as a person does. */
  readonly make: () => Promise<{ readonly status: number }>;
  /** What is there, by name. */
  readonly names: () => Promise<string[]>;
  /** It takes the place of the one that is there; left out where that has to go first. */
  readonly isChangedByMaking?: true;
}

const named = (path: string, property: string, rows = path) => ({
  path,
  names: async () => {
    const listed: Record<string, unknown>[] = (await call("GET", path)).json[rows.slice(1)];
    const live = listed.filter(({ revokedAt = null, origin = "stored" }) => revokedAt === null && origin === "stored");
    return live.map((row) => String(row[property])).filter((name) => !name.startsWith("the-"));
  },
});
const authorization = {
  "sort-order": 400,
  "match-request": { path: "/puppet-ca/v1/certificate/ca", type: "path" },
  deny: "*",
};

const cases: Case[] = [
  {
    document: enrolmentKey("it"),
    ...named("/enrolment-keys/dsc", "name", "/keys"),
    make: () => call("POST", "/enrolment-keys/dsc", { name: "it", key: "a-person's-0123456789" }),
  },
  {
    document: { kind: "ApiToken", name: "it", spec: { role: "viewer", secret: { env: "T" } } },
    ...named("/tokens", "name"),
    make: () => call("POST", "/tokens", { name: "it", role: "operator" }),
  },
  {
    document: {
      kind: "Credential",
      name: "it",
      spec: { kind: "password", username: "root", secret: { env: "T" } },
    },
    ...named("/credentials", "name"),
    make: () => call("PUT", "/credentials/it", { kind: "password", username: "person", secret: "a person's" }),
    isChangedByMaking: true,
  },
  {
    document: { kind: "AgentLogin", name: "it", spec: { kind: "basic", secret: { env: "T" } } },
    ...named("/enrolment/logins/basic", "name"),
    names: named("/enrolment/logins", "name", "/logins").names,
    make: () => call("POST", "/enrolment/logins", { kind: "basic", name: "it", secret: "a person's" }),
  },
  {
    document: { kind: "RegistrationToken", name: "it", spec: { secret: { env: "UUID" } } },
    ...named("/enrolment/tokens", "name", "/tokens"),
    make: () => call("POST", "/enrolment/tokens", { name: "it" }),
  },
  {
    document: { kind: "Group", name: "it", spec: { rule: { everything: true }, settings: {} } },
    ...named("/groups", "name"),
    make: () => call("PUT", "/groups/it", { rule: { everything: true }, settings: {}, description: "a person's" }),
    isChangedByMaking: true,
  },
  {
    document: glob("it"),
    ...named("/autosign-rules", "name", "/rules"),
    make: () => call("PUT", "/autosign-rules/it", { kind: "glob", pattern: "*.person.example.org" }),
    isChangedByMaking: true,
  },
  {
    document: { kind: "AuthorizationRule", name: "it", spec: { protocol: "puppet", ...authorization } },
    ...named("/authorization-rules", "name", "/rules"),
    make: () =>
      call("PUT", "/authorization-rules/it", { protocol: "puppet", spec: { ...authorization, "sort-order": 401 } }),
    isChangedByMaking: true,
  },
];
const prune = async () => {
  const { json, text } = await apply([], { prune: true });
  expect(json.unchanged, text).toBe(0);
  return json.changes.map(({ action, note }: Record<string, unknown>) => [action, note]);
};
const remembered = () => house.db.run("select made, identity from applied_documents");

beforeEach(() => emptyOfDocuments(house));

describe.each(cases)("$document.kind", ({ document, path, make, names, isChangedByMaking }) => {
  const sign = `${document.kind} ${document.name}`;
  const takeAway = async () => expect([200, 204]).toContain((await call("DELETE", `${path}/${document.name}`)).status);
  const byHand = async () => expect([200, 201]).toContain((await make()).status);
  const madeAnew = async () => {
    expect(await done([document], first)).toEqual([`+ ${sign}`, "= 0"]);
    await takeAway();
    await byHand();
  };

  it("that somebody made anew stays when its document goes, which is said once", async () => {
    await madeAnew();
    expect(await prune()).toEqual([["left", "somebody made it anew"]]);
    expect(await names()).toEqual(["it"]);
    expect(await prune()).toEqual([]);
    expect(await remembered()).toEqual([]);
  });

  it("that somebody made anew becomes as its document says, and stays all the same", async () => {
    await madeAnew();
    expect(await done([document], second)).toEqual([`~ ${sign}`, "= 0"]);
    expect(await remembered()).toEqual([{ made: false, identity: null }]);
    expect(await done([document], second)).toEqual(["= 1"]);
    expect(await prune()).toEqual([["left", "it was there before it was applied"]]);
    expect(await names()).toEqual(["it"]);
  });

  it("that its document made goes with it, also after it changed, and after it was made again", async () => {
    expect(await done([document], first)).toEqual([`+ ${sign}`, "= 0"]);
    const [made] = await remembered();
    expect(made).toEqual({ made: true, identity: expect.stringMatching(/./) });
    if (isChangedByMaking) {
      await byHand();
      expect(await done([document], first)).toEqual([`~ ${sign}`, "= 0"]);
      expect(await remembered()).toEqual([made]);
      await byHand();
    } else expect(await done([document], second)).toEqual([`~ ${sign}`, "= 0"]);
    expect(await prune()).toEqual([["remove", null]]);
    expect(await names()).toEqual([]);

    await done([document], secretsOf("third"));
    await takeAway();
    expect(await done([document], secretsOf("fourth"))).toEqual([`+ ${sign}`, "= 0"]);
    expect(await prune()).toEqual([["remove", null]]);
    expect(await names()).toEqual([]);
  });

  it("that was there before its document stays, also once somebody made it anew", async () => {
    await byHand();
    await done([document], first);
    await takeAway();
    await byHand();
    expect(await prune()).toEqual([["left", "it was there before it was applied"]]);
    expect(await names()).toEqual(["it"]);
  });
});

it("a document of content has no such mark: nothing but an apply withdraws what is published", async () => {
  const files = { "web.mof": MOF };
  await done([configuration("Web")], { files });
  expect(await remembered()).toEqual([{ made: true, identity: null }]);
  expect(await call("POST", "/artifacts/dsc-configuration?file=Web.mof", `${MOF}// by hand`)).toMatchObject({
    status: 201,
  });
  expect(await prune()).toEqual([["remove", null]]);
});

it("many documents are marked each with its own thing", async () => {
  const documents = Array.from({ length: 1_200 }, (_, i) => glob(`n${i}`));
  await done(documents);
  const [row] = await house.db.run(
    `select count(*)::int as all, count(distinct identity)::int as marks from applied_documents d
     join autosign_rules r on r.name = d.name and r.position::text = d.identity`,
  );
  expect(row).toEqual({ all: 1_200, marks: 1_200 });
  await call("DELETE", "/autosign-rules/n7");
  await call("PUT", "/autosign-rules/n7", { kind: "all" });
  const { json } = await apply([], { prune: true });
  const left = json.changes.filter(({ action }: { action: string }) => action === "left");
  expect([json.changes.length, left]).toEqual([1_200, [expect.objectContaining({ name: "n7" })]]);
});
