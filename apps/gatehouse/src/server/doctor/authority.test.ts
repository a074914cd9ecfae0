import { describe, expect, it } from "vitest";
import { type AuthorityHealth, authorityChecks } from "./authority.js";

const now = new Date("2026-03-01T12:00:00Z");
const DAY = 86_400_000;
const inDays = (days: number) => new Date(now.getTime() + days * DAY);
const well: AuthorityHealth = {
  ready: true,
  missingCrls: [],
  interrupted: [],
  certificates: { "Puppet CA: gate": inDays(5000), "Puppet Root CA": inDays(4000) },
  crls: { "Puppet CA: gate": inDays(1800), "Puppet Root CA": inDays(1500) },
  crlDays: 1825,
};
const look = (said: Partial<AuthorityHealth>) => {
  const [authority, lists, ...more] = authorityChecks({ ...well, ...said }, now);
  expect(more).toEqual([]);
  return { authority, lists };
};
const finding = (text: string) => expect.stringContaining(text);

it("finds nothing wrong, and says when the first of each ends", () => {
  expect(authorityChecks(well, now)).toEqual([
    { id: "authority", state: "ok", finding: "The authority's certificates last until 2037-02-11.", advice: null },
    { id: "revocation-lists", state: "ok", finding: "The revocation lists last until 2030-04-09.", advice: null },
  ]);
});

describe("the authority", () => {
  it.each<[string, Partial<AuthorityHealth>, string, string]>([
    ["does not hear of revocations", { ready: false }, "failed", "has not heard of revocations lately"],
    ["has no certificate", { certificates: {} }, "failed", "There is no authority."],
    [
      "has a certificate that has ended",
      { certificates: { gate: inDays(10), root: inDays(-3) } },
      "failed",
      "The certificate of root ended 3 days ago.",
    ],
    ["has one that ends now", { certificates: { gate: now } }, "failed", "The certificate of gate ended"],
    ["has one that ends within a year", { certificates: { gate: inDays(359) } }, "warning", "gate ends in 359 days."],
    ["has one signing cut off", { interrupted: ["000A"] }, "warning", "1 signing was cut off: 000A."],
    [
      "has many cut off",
      { interrupted: ["01", "02", "03", "04", "05", "06"] },
      "warning",
      "6 signings were cut off: 01, 02, 03, 04, 05.",
    ],
  ])("that %s is told, with advice", (_, said, state, text) => {
    const { authority, lists } = look(said);
    expect(authority).toEqual({ id: "authority", state, finding: finding(text), advice: expect.stringMatching(/\.$/) });
    expect(lists).toMatchObject({ state: "ok" });
  });

  it("is well with a certificate that lasts a year of twelve months", () => {
    expect(look({ certificates: { gate: inDays(360) } }).authority).toMatchObject({ state: "ok" });
  });

  it("tells what is worst", () => {
    const ending = { certificates: { gate: inDays(10) }, interrupted: ["000A"] };
    expect(look({ ...ending, ready: false }).authority).toMatchObject({ finding: finding("not heard of revocations") });
    expect(look(ending).authority).toMatchObject({ finding: finding("ends in 10 days") });
  });
});

describe("the revocation lists", () => {
  it.each<[string, Partial<AuthorityHealth>, string, string]>([
    [
      "lack those of some issuers",
      { missingCrls: ["Root", "Middle"] },
      "failed",
      "There is no revocation list of Root, Middle.",
    ],
    ["are none", { crls: {} }, "failed", "has ended"],
    ["have ended", { crls: { gate: inDays(10), root: now } }, "failed", "The revocation list of root has ended."],
    ["end soon", { crls: { gate: inDays(29), root: inDays(900) } }, "warning", "list of gate ends in 29 days."],
    ["do not hold long", { crlDays: 1824 }, "warning", "Lists hold 1824 days (ca.crlDays)."],
  ])("that %s are told, with advice", (_, said, state, text) => {
    const { authority, lists } = look(said);
    const advice = expect.stringMatching(/\.$/);
    expect(lists).toEqual({ id: "revocation-lists", state, finding: finding(text), advice });
    expect(authority).toMatchObject({ state: "ok" });
  });

  it("are well for 30 days, where they are made to hold long", () => {
    expect(look({ crls: { gate: inDays(30) } }).lists).toMatchObject({ state: "ok" });
  });

  it("tell what is worst", () => {
    const short = { crls: { gate: inDays(1) }, crlDays: 1 };
    expect(look({ ...short, missingCrls: ["Root"] }).lists).toMatchObject({ state: "failed" });
    expect(look(short).lists).toMatchObject({ finding: finding("ends in 24 hours") });
  });
});
