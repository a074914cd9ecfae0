import { expect, it } from "vitest";
import { useGateway } from "../gateway.test.helper.js";
import type { Listener } from "../listeners.js";
import { authorityFacts, authorityHealth } from "./facts.js";

const house = useGateway({ env: { GATEHOUSE_CA_NAME: "Our CA" } });
type Shown = Pick<Listener, "url" | "secure" | "mounts">;
const plain: Shown = { url: "http://127.0.0.1:8080", secure: false, mounts: ["puppet"] };
const forOperators: Shown = { url: "https://127.0.0.1:8443", secure: true, mounts: ["api", "platform"] };
const forAgents: Shown = { url: "https://[::1]:8140", secure: true, mounts: ["dsc", "puppet"] };
const facts = (listeners: readonly Shown[], serverNames: readonly string[] = []) =>
  authorityFacts({ store: house.gateway.authority.store, serverNames, listeners });

it("are those of the authority in the database", async () => {
  const { puppet, operator } = { puppet: "web01", operator: "ada" };
  const { service } = house.gateway.authority;
  await service.of("puppet").generate({ name: puppet, altNames: [], extensions: {}, by: "a test" });
  await service.of("operator").generate({ name: operator, altNames: [], extensions: {}, by: "a test" });
  await service.of("puppet").revoke(puppet, "a test");
  const { createdAt, certificates, crls, ...rest } = await facts([]);
  expect(rest).toEqual({ origin: "made", bootstrap: { server: null, port: null } });
  expect(createdAt).toEqual((await house.gateway.authority.store.authority())?.createdAt);
  const ends = await service.expirations();
  expect(Object.fromEntries(certificates.map(({ name, notAfter }) => [name, notAfter]))).toEqual(ends.certificates);
  expect(certificates[0]).toMatchObject({
    name: "Our CA",
    fingerprint: expect.stringMatching(/^(?:[0-9A-F]{2}:){31}/),
  });
  expect(crls.map(({ issuer, revoked }) => [issuer, revoked])).toEqual([
    ["Our CA", 1],
    [certificates[1]?.name, 0],
  ]);
});

it.each<[string, readonly Shown[], readonly string[], string | null, number | null]>([
  [
    "the first server name, and the listener that agents may use",
    [plain, forOperators, forAgents],
    ["gate", "x"],
    "gate",
    8140,
  ],
  ["no port where Puppet is mounted without TLS only", [plain, forOperators], ["gate"], "gate", null],
  ["no name where none is configured", [forAgents], [], null, 8140],
])("point new agents to %s", async (_, listeners, names, server, port) => {
  expect((await facts(listeners, names)).bootstrap).toEqual({ server, port });
});

it("are none in a database without an authority", async () => {
  const store = { authority: async () => undefined, crls: async () => [] };
  const none = authorityFacts({ store, serverNames: [], listeners: [] });
  await expect(none).rejects.toThrow(expect.objectContaining({ code: "not-found" }));
});

it("tell the doctor what to look at, with signings that were cut off", async () => {
  const { service, store } = house.gateway.authority;
  const intent = { name: "cut-off", profile: "puppet", by: "a test", others: "refuse" } as const;
  const taken = await store.intend({ ...intent, notAfter: new Date("2100-01-01") });
  if (!("serial" in taken)) return expect.fail("no serial");
  const { certificates, crls } = await service.expirations();
  expect(await authorityHealth(service, 1825)).toEqual({
    ready: true,
    missingCrls: [],
    interrupted: [taken.serial],
    certificates,
    crls,
    crlDays: 1825,
  });
});
