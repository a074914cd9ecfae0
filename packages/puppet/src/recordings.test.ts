import { describe, expect, it } from "vitest";
import { certificateOf, type FakeAuthority, requestOf } from "./fake-authority.test.helper.js";
import { type Answer, nobody, serve, verified } from "./puppet.test.helper.js";
import { known, type Recorded, recordings, typeOf } from "./recordings.test.helper.js";

const CA = "/puppet-ca/v1/";
const nameIn = (url: string) => /\/puppet-ca\/v1\/[^/]+\/([^/?]+)/.exec(url)?.[1] ?? "";
const isFetched = ({ request, response }: Recorded) =>
  request.method === "GET" && request.url.startsWith(`${CA}certificate/`) && response.status === 200;

/** Puts an authority into the state in which the recorded one was when it answered this. */
function setTheScene(authority: FakeAuthority, exchange: Recorded): void {
  const { request, response } = exchange;
  const name = nameIn(request.url);
  const body = response.body ?? "";
  if (isFetched(exchange) && name === "ca") authority.ca = { ...authority.ca, pem: body };
  else if (isFetched(exchange)) {
    const issued = authority.certificates.get(name);
    if (issued !== undefined) authority.certificates.set(name, { ...issued, pem: body });
  } else if (request.url.includes("/certificate_revocation_list/"))
    authority.crls = { pem: body, modifiedAt: new Date("2026-11-20T19:49:22.900Z") };
  else if (request.url.includes("/certificate_statuses/")) {
    authority.certificates.clear();
    authority.requests.clear();
    for (const told of JSON.parse(body)) {
      const what = known(told);
      if ("request" in what) authority.requests.set(told.name, what.request);
      else authority.certificates.set(told.name, what.certificate);
    }
  }
}

/** What was there before the first exchange: the recordings do not begin with an empty authority. */
const before: Readonly<Record<string, (authority: FakeAuthority) => void>> = {
  "p7-02-ca-cli": (authority) => authority.requests.set("lab1.lab.test", requestOf("lab1.lab.test")),
  "p7-03-first-run": (authority) => authority.certificates.set("lab1.lab.test", certificateOf("lab1.lab.test")),
  "p7-09-cli-variants": (authority) => authority.certificates.set("lab1.lab.test", certificateOf("lab1.lab.test")),
};
/** Recordings in which requests waited; in the others puppetserver signed everything. */
const unsigned = ["p7-01-csr-pending", "p7-02-ca-cli"];

/** The exchanges with what is here by now: the CA, the status, and whatever the rules refuse. */
const oursOf = (exchanges: readonly Recorded[]) =>
  exchanges.filter(
    ({ request, response }) =>
      request.url.startsWith(CA) ||
      request.url.startsWith("/status/") ||
      (response.status === 403 && !request.url.startsWith("/metrics")),
  );
const files = [...recordings].map(([file, all]) => [file, oursOf(all)] as const).filter(([, ours]) => ours.length > 0);

/** Plays a recording to an authority, and hands each answer on. */
async function replay(file: string, look: (exchange: Recorded, answer: Answer, where: string) => void) {
  const { authority, send } = await serve();
  authority.autosign = !unsigned.includes(file);
  before[file]?.(authority);
  for (const exchange of oursOf(recordings.get(file) ?? [])) {
    const { n, client, request } = exchange;
    setTheScene(authority, exchange);
    // The administrator of the laboratory; every other name is a node's.
    const extensions: Record<string, string> = client === "puppet.bench.test" ? { pp_cli_auth: "true" } : {};
    const peer = client === null ? nobody : verified(client, extensions);
    const headers = Object.fromEntries(request.headers.filter(([name]) => name !== "Host"));
    const answer = await send(request.method, request.url, { peer, headers, body: request.body ?? "" });
    look(exchange, answer, `${file} #${n} ${request.method} ${request.url}`);
  }
  return authority;
}

describe.skipIf(files.length === 0)("what puppetserver 7.9.5 answered", () => {
  it.each(files)("%s: is what we answer", async (file) => {
    await replay(file, (exchange, answer, where) => {
      const { request, response } = exchange;
      expect([answer.status, answer.type], where).toEqual([response.status, typeOf(exchange)]);
      const text = response.body ?? "";
      if (request.url === "/status/v1/services") {
        const recorded = JSON.parse(text);
        for (const [name, service] of Object.entries<object>(JSON.parse(answer.text)))
          expect({ [name]: service }, where).toEqual({ [name]: { ...recorded[name], service_version: "8.10.0" } });
      } else if (request.url === "/status/v1/services/master")
        expect(JSON.parse(answer.text), where).toEqual({ ...JSON.parse(text), service_version: "8.10.0" });
      else if (typeOf(exchange)?.startsWith("application/json") && /^[[{]/.test(text))
        expect(JSON.parse(answer.text), where).toEqual(JSON.parse(text));
      else expect(answer.text, where).toBe(text);
      const versioned = response.headers.some(([name]) => name === "X-Puppet-Version");
      if (versioned) expect(answer.headers["x-puppet-version"], where).toBe("8.10.0");
    });
  });

  it.each([
    ["p7-01-csr-pending", ["submit lab1.lab.test from 127.0.0.1 1590", "submit lab1.lab.test from 127.0.0.1 1590"]],
    ["p7-02-ca-cli", ["sign lab1.lab.test by puppet.bench.test", "sign nosuch.test by puppet.bench.test"]],
    [
      "p7-10-revoke-clean",
      [
        "submit lab4.lab.test from 127.0.0.1 1622",
        "revoke lab4.lab.test by puppet.bench.test",
        "revoke lab4.lab.test by puppet.bench.test",
        "forget lab4.lab.test by puppet.bench.test",
        "revoke lab4.lab.test by puppet.bench.test",
        "forget lab4.lab.test by puppet.bench.test",
        ...Array.from({ length: 3 }, () => "submit lab4.lab.test from 127.0.0.1 1622"),
      ],
    ],
  ])("%s: did to the authority what it was to do", async (file, expected) => {
    const { calls } = await replay(file, () => undefined);
    expect(calls.filter((call) => /^(?:submit|sign|revoke|forget|clean) /.test(call))).toEqual(expected);
  });
});
