import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GatewayProcess } from "../gateway.js";
import { needs } from "../puppet/programs.js";
import { csrOf, newKey, Oid } from "./csr.js";
import { enrol, given, isNode, submit, trustOf } from "./host.js";
import { autosign, type House, MOST_GATEWAYS, manyGateways, startHouse } from "./house.js";
import { readCrls, unverified } from "./openssl.js";

const { skip, note } = needs("openssl");
const secrets = { again: randomBytes(18).toString("hex"), once: randomBytes(18).toString("hex"), first: "first-time" };
const sha256 = (secret: string) => createHash("sha256").update(secret).digest("hex");

describe.skipIf(skip)(`a host that is made again, with ${manyGateways}${note}`, () => {
  let house: House;
  beforeAll(async () => {
    const token = { kind: "token", uses: null };
    const env = autosign(
      { ...token, name: "first", sha256: sha256(secrets.first) },
      { ...token, name: "again", sha256: sha256(secrets.again), readmit: true },
      { ...token, name: "once", sha256: sha256(secrets.once), readmit: true, uses: 1 },
    );
    house = await startHouse({ env, gateways: MOST_GATEWAYS });
  });
  afterAll(() => house?.close());

  const told = (secret: string) => ({ attributes: { [Oid.challengePassword]: secret } });
  const taken = (name: string, state = "signed") =>
    `${name} already has a ${state} certificate; ignoring certificate request`;
  const ownList = async (gateway: GatewayProcess) =>
    (await readCrls(await given(gateway, "certificate_revocation_list/ca")))[0];

  it("has its name again for the token, with a new key, and what it had is revoked", async () => {
    const before = await enrol(house.first, "web01.example.org", told(secrets.first));
    const list = await ownList(house.first);
    expect(await isNode(house.last, before)).toBe(200);
    const after = await enrol(house.first, "web01.example.org", told(secrets.again));
    expect(after.serial).not.toBe(before.serial);
    expect(new X509Certificate(after.certificate).checkPrivateKey(after.key)).toBe(true);
    for (const gateway of house.gateways) {
      await expect.poll(() => isNode(gateway, before), { timeout: 5_000 }).toBe(403);
      expect(await isNode(gateway, after)).toBe(200);
      await expect.poll(async () => (await ownList(gateway))?.serials, { timeout: 5_000 }).toContain(before.serial);
    }
    const now = await ownList(house.first);
    expect(now?.serials).not.toContain(after.serial);
    expect(now?.number).toBeGreaterThan(list?.number ?? 0n);
    expect(await unverified(await trustOf(house.first), [after.certificate])).toEqual([]);
    expect(await unverified(await trustOf(house.first), [before.certificate])).toEqual([
      expect.stringContaining("certificate revoked"),
    ]);
  });

  it("does not have it without the token, and nothing changes", async () => {
    const name = "web02.example.org";
    const before = await enrol(house.first, name, told(secrets.first));
    for (const parts of [{}, told(secrets.first), told("a guess"), told(`${secrets.again} `)]) {
      const { status, text, headers } = await submit(house.first, name, csrOf(name, parts));
      expect([status, text]).toEqual([400, taken(name)]);
      expect(headers["content-type"]).toMatch(/^text\/plain/);
    }
    expect(await isNode(house.last, before)).toBe(200);
    expect(await given(house.last, `certificate/${name}`)).toBe(before.certificate);
    expect((await house.requests()).has(name)).toBe(false);
    expect((await ownList(house.first))?.serials).not.toContain(before.serial);
  });

  it("has it also where the one before still waited, and not where an operator revoked it", async () => {
    const waits = "web03.example.org";
    expect((await submit(house.first, waits, csrOf(waits))).status).toBe(200);
    expect((await house.requests()).has(waits)).toBe(true);
    expect((await submit(house.first, waits, csrOf(waits))).text).toBe(taken(waits, "requested"));
    const admitted = await enrol(house.first, waits, told(secrets.again));
    expect(await isNode(house.first, admitted)).toBe(200);
    expect((await house.requests()).has(waits)).toBe(false);

    const name = "web04.example.org";
    const before = await enrol(house.first, name, told(secrets.first));
    expect((await house.api("POST", `/certificates/${name}/revoke`)).status).toBe(204);
    for (const parts of [{}, told(secrets.first), told(secrets.again)]) {
      const { status, text } = await submit(house.first, name, csrOf(name, parts));
      expect([status, text]).toEqual([400, taken(name, "revoked")]);
    }
    expect(await given(house.last, `certificate/${name}`)).toBe(before.certificate);
    // Until he says that it may come again.
    expect((await house.api("POST", `/certificates/${name}/clean`)).status).toBe(204);
    expect(await isNode(house.first, await enrol(house.first, name, told(secrets.again)))).toBe(200);
  });

  it("is nobody who may administer: such a name is not to be had for a token", async () => {
    const name = "admin.example.org";
    const made: { certificate: string } = await house.ca("generate", name, "--extension", "pp_cli_auth=true");
    const { status, text } = await submit(house.first, name, csrOf(name, told(secrets.again)));
    expect([status, text]).toEqual([400, taken(name)]);
    expect(await given(house.first, `certificate/${name}`)).toBe(made.certificate);
  });

  it("is one of two where both tell the last use of the token", async () => {
    const names = ["web05.example.org", "web06.example.org"];
    const before = await Promise.all(names.map((name) => enrol(house.first, name, told(secrets.first))));
    const keys = names.map(newKey);
    const answers = await Promise.all(
      names.map((name, index) =>
        submit(
          house.gateways[index % house.gateways.length] as GatewayProcess,
          name,
          csrOf(name, { ...told(secrets.once), key: keys[index] ?? newKey() }),
        ),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const loser = answers.findIndex(({ status }) => status === 400);
    expect(answers[loser]?.text).toBe(taken(names[loser] ?? ""));
    // The other one has what it had.
    const kept = before[loser];
    expect(kept && (await isNode(house.first, kept))).toBe(200);
    const replaced = before[1 - loser];
    for (const gateway of house.gateways) {
      await expect.poll(() => replaced && isNode(gateway, replaced), { timeout: 5_000 }).toBe(403);
    }
    const standing = (await house.inventory("state=signed")).filter(({ name }) => names.includes(name));
    expect(standing.map(({ name }) => name)).toEqual(names);
  });

  it("is never the gateway itself", async () => {
    const { status } = await submit(house.first, "localhost", csrOf("localhost", told(secrets.again)));
    expect(status).toBe(200);
    expect((await house.requests()).get("localhost")).toContain("gateway's own");
    expect((await house.inventory()).some(({ name }) => name === "localhost")).toBe(false);
  });
});
