import path from "node:path";
import { expect, it } from "vitest";
import { ownCertificate } from "../certificate.js";
import { useGateway } from "../gateway.test.helper.js";
import { serverIssuer } from "./issuer.js";

/** In the order of a gateway's start: what is asked before the authority is there, and after. */
const house = useGateway({ withAuthority: false, env: { GATEHOUSE_CA_NAME: "Our CA" } });
const service = () => house.gateway.authority.service;

const ENDS = /^gatehouse_(\w+)_end_seconds\{name="([^"]+)"\} (\d+(?:\.\d+)?)$/gm;
/** The gauges of what ends, in milliseconds, and whether the authority is ready. */
async function gauges() {
  const { text } = await house.call("GET", "/metrics");
  const ends: Record<string, Record<string, number>> = {};
  for (const [, what = "", name = "", seconds] of text.matchAll(ENDS))
    ends[what] = { ...ends[what], [name]: Number(seconds) * 1000 };
  return { ready: /^gatehouse_ca_ready (\d)$/m.exec(text)?.[1], ends };
}
const ready = async () => {
  const { status, text } = await house.call("GET", "/readyz");
  return `${status} ${text.trim()}`;
};
const simple = async () =>
  (await house.call("GET", "/status/v1/simple", { headers: { "X-Forwarded-Proto": "https" } })).status;
const inMilliseconds = (times: Readonly<Record<string, Date>>) =>
  Object.fromEntries(Object.entries(times).map(([name, end]) => [name, end.getTime()]));

it("is not ready while it does not know of revocations, and the figures say so", async () => {
  expect([await ready(), await simple()]).toEqual(["503 not ready: revocations", 503]);
  expect(await gauges()).toEqual({ ready: "0", ends: {} });
  const { json } = await house.call("GET", "/api/v1/doctor", { token: house.tokens.operator });
  expect(json.checks).toContainEqual(expect.objectContaining({ id: "authority", state: "failed" }));
});

it("is ready when it has started, and tells when everything ends", async () => {
  await house.gateway.authority.start();
  expect([await ready(), await simple()]).toEqual(["200 ready", 200]);
  const { certificates, crls } = await service().expirations();
  expect(Object.keys(certificates)).toEqual(["Our CA", expect.stringMatching(/^Puppet Root CA: [0-9a-f]+$/)]);
  expect(Object.keys(crls).toSorted()).toEqual(Object.keys(certificates).toSorted());
  expect(await gauges()).toEqual({
    ready: "1",
    ends: { ca_certificate: inMilliseconds(certificates), ca_crl: inMilliseconds(crls) },
  });
});

it("tells when the gateway's own certificate ends", async () => {
  const issuer = serverIssuer(service());
  house.certificate = await ownCertificate(path.join(house.dataDir, "tls"), [], new Date(), issuer);
  const [status] = await service().of("server").statuses("signed");
  if (status?.state !== "signed") return expect.fail("no certificate");
  const end = status.certificate.notAfter?.getTime();
  expect(end).toBeGreaterThan(Date.now());
  expect((await gauges()).ends["server_certificate"]).toEqual({ own: end });
});

it("goes on with the authority that there is, and follows what another gateway revokes", async () => {
  // Another gateway on the same database.
  const { store } = house.gateway.authority;
  const [{ serial = "" } = {}] = (await store.certificates({ limit: 1 })).certificates;
  expect(service().isRevoked(serial)).toBe(false);
  await store.revoke({ serials: [serial] }, "the other");
  await expect.poll(() => service().isRevoked(serial), { timeout: 20_000 }).toBe(true);
  const before = (await service().caBundle()).pem;
  await house.gateway.authority.service.start();
  expect((await service().caBundle()).pem).toBe(before);
});
