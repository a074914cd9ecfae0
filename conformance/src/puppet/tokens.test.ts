import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Oid } from "../authority/csr.js";
import { given } from "../authority/host.js";
import { autosign, type House, startHouse } from "../authority/house.js";
import { type Agent, newAgent } from "./agent.js";
import { certificateOf, getAs, revokedSerials, serialOf, verifies } from "./certificates.js";
import { needs } from "./programs.js";

const { skip, note } = needs("puppet", "openssl");
const sha256 = (secret: string) => createHash("sha256").update(secret).digest("hex");
const SECRETS = { once: "a secret of one host: 1", again: "a-secret-of-many" };

describe.skipIf(skip)(`an agent that tells a token in csr_attributes.yaml${note}`, () => {
  let house: House;
  const agents: Agent[] = [];
  beforeAll(async () => {
    const token = (name: string, secret: string, more: object = {}) => ({
      name,
      kind: "token",
      sha256: sha256(secret),
      ...more,
    });
    house = await startHouse({
      env: autosign(token("once", SECRETS.once), token("again", SECRETS.again, { uses: null, readmit: true })),
    });
  });
  afterEach(() => {
    for (const agent of agents.splice(0)) agent.remove();
  });
  afterAll(() => house?.close());

  function agentOf(certname: string, attribute?: string, secret = ""): Agent {
    const agent = newAgent({ host: "localhost", port: new URL(house.first.https).port }, certname);
    agents.push(agent);
    if (attribute !== undefined) {
      agent.csrAttributes(`---\ncustom_attributes:\n  ${attribute}: ${JSON.stringify(secret)}\n`);
    }
    return agent;
  }

  it("is signed at once, by either attribute or its name, and the token is nowhere in its certificate", async () => {
    for (const [certname, attribute] of [
      ["web01.example.org", Oid.challengePassword],
      ["web02.example.org", Oid.preSharedKey],
      ["web09.example.org", "challengePassword"],
    ] as const) {
      const agent = agentOf(certname, attribute, SECRETS.again);
      const { code, out } = await agent.bootstrap();
      expect(code, out).toBe(0);
      expect(await verifies(agent)).toContain("OK");
      expect(certificateOf(agent).raw.includes(SECRETS.again)).toBe(false);
    }
  });

  it("waits without one, and once it is used up", async () => {
    expect((await agentOf("web03.example.org").bootstrap()).code).not.toBe(0);
    const first = await agentOf("web04.example.org", Oid.challengePassword, SECRETS.once).bootstrap();
    expect(first.code, first.out).toBe(0);
    const second = agentOf("web05.example.org", Oid.challengePassword, SECRETS.once);
    expect((await second.bootstrap()).code).not.toBe(0);
    expect(second.has("certificate")).toBe(false);
    const waiting = await house.requests();
    expect([...waiting.keys()]).toEqual(["web03.example.org", "web05.example.org"]);
    expect(waiting.get("web05.example.org")).toContain("the token is used up");
  });

  it("is let in by what the command says that it should write, to an authority known by its fingerprint", async () => {
    const { secret }: { secret: string } = await house.ca("policy", "add", "new-hosts", "--kind", "token");
    const said: { command: string; csrAttributes: string; caFingerprint: string } = await house.ca(
      "bootstrap",
      "--token",
      secret,
    );
    const words = said.command.split(" ");
    expect(words.slice(0, 3)).toEqual(["puppet", "ssl", "bootstrap"]);
    const agent = agentOf("web06.example.org");
    agent.csrAttributes(said.csrAttributes);
    const { code, out } = await agent.ssl("bootstrap", ...words.slice(3));
    expect(code, out).toBe(0);
    expect(await verifies(agent)).toContain("OK");

    const deceived = agentOf("web07.example.org");
    const wrong = said.caFingerprint.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    const refused = await deceived.ssl(
      "bootstrap",
      ...words.slice(3).map((word) => word.replace(said.caFingerprint, wrong)),
    );
    expect(refused.code).not.toBe(0);
    expect(deceived.has("ca")).toBe(false);
  });

  it("has its name again when it is made anew, and its old certificate is refused", async () => {
    const name = "web08.example.org";
    const before = agentOf(name, Oid.challengePassword, SECRETS.again);
    expect((await before.bootstrap()).code).toBe(0);
    const server = { host: "localhost", port: new URL(house.first.https).port };
    expect(await getAs(before, server, "/puppet-ca/v1/expirations")).toBe(200);

    const stranger = agentOf(name);
    const { code, out } = await stranger.bootstrap();
    expect(code).not.toBe(0);
    expect(out).toContain("does not match its private key");
    expect(await getAs(before, server, "/puppet-ca/v1/expirations")).toBe(200);

    const after = agentOf(name, Oid.challengePassword, SECRETS.again);
    const again = await after.bootstrap();
    expect(again.code, again.out).toBe(0);
    expect(serialOf(after)).not.toBe(serialOf(before));
    expect(await getAs(after, server, "/puppet-ca/v1/expirations")).toBe(200);
    expect(await getAs(before, server, "/puppet-ca/v1/expirations")).toBe(403);
    // The agent fetched its list before it asked.
    const lists = await given(house.first, "certificate_revocation_list/ca");
    expect(await revokedSerials(lists, after.folder)).toEqual([serialOf(before)]);
  });
});
