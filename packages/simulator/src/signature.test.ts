import { describe, expect, it } from "vitest";
import { noRecordings, recordings } from "./recordings.test.helper.js";
import { signRegistration } from "./signature.js";

const WMF51_BODY =
  '{"AgentInformation":{"LCMVersion":"2.0","NodeName":"EC2AMAZ-VT1I874","IPAddress":"10.50.1.9;127.0.0.1;fe80::288e:6e98:1555:55e9%6;::2000:0:0:0;::1;::2000:0:0:0"},"ConfigurationNames":["ClientConfig2"],"RegistrationInformation":{"CertificateInformation":{"FriendlyName":"DSC-OaaS Client Authentication","Issuer":"CN=http://10.50.1.5:8080/PSDSCPullServer.svc","NotAfter":"2017-12-21T11:40:36.0000000-05:00","NotBefore":"2016-12-21T16:30:36.0000000-05:00","Subject":"CN=http://10.50.1.5:8080/PSDSCPullServer.svc","PublicKey":"U3lzdGVtLlNlY3VyaXR5LkNyeXB0b2dyYXBoeS5YNTA5Q2VydGlmaWNhdGVzLlB1YmxpY0tleQ==","Thumbprint":"AC5849ACDB6DD19FD79B6ACA2D077E71CEE31C4F","Version":3},"RegistrationMessageType":"ConfigurationRepository"}}';
const SMALL_BODY =
  '{"AgentInformation":{"LCMVersion":"2.0","NodeName":"n1","IPAddress":"127.0.0.1"},"ConfigurationNames":["Web"],"RegistrationInformation":{"CertificateInformation":{"FriendlyName":"f","Issuer":"CN=i","NotAfter":"2030-01-01T00:00:00.0000000+00:00","NotBefore":"2020-01-01T00:00:00.0000000+00:00","Subject":"CN=s","PublicKey":"cGs=","Thumbprint":"00112233445566778899AABBCCDDEEFF00112233","Version":3},"RegistrationMessageType":"ConfigurationRepository"}}';

interface Put {
  file: string;
  key: string;
  body: Buffer;
  date: string;
  authorization: string;
  accepted: boolean;
}

function recordedPuts(prefix: string): Put[] {
  return recordings
    .filter(({ file, registrationKey }) => file.startsWith(prefix) && registrationKey !== undefined)
    .flatMap(({ file, registrationKey, exchanges }) =>
      exchanges
        .filter(({ request }) => request.method === "PUT")
        .map(({ request, note }) => {
          const header = (name: string): string =>
            request.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
          return {
            file,
            key: registrationKey ?? "",
            body: Buffer.from(request.body, "utf8"),
            date: header("x-ms-date"),
            authorization: header("authorization"),
            accepted: note?.authOk !== false,
          };
        }),
    );
}

describe("signRegistration", () => {
  it("signs what a WMF 5.1 node signed (vector 1)", () => {
    const body = Buffer.from(WMF51_BODY);
    expect(body.length).toBe(723);
    expect(signRegistration(body, "2016-12-21T23:43:48.4718366Z", "f65e1a0c-46b0-424c-a6a5-c3701aef32e5")).toBe(
      "Shared SM095lQD5iEVzrToxnyuuoDAYfX2zA23YoZsZlZDyFU=",
    );
  });

  it.skipIf(noRecordings)("signs what WMF 5.0 nodes signed, and not with the key in lower case (vector 2)", () => {
    const puts = recordedPuts("wmf5-iis");
    expect(puts.length).toBe(8);
    for (const { body, date, key, authorization } of puts) {
      expect(signRegistration(body, date, key)).toBe(authorization);
      expect(signRegistration(body, date, key.toLowerCase())).not.toBe(authorization);
    }
  });

  it.skipIf(noRecordings)("signs what DSC for Linux signed (vector 3)", () => {
    const puts = recordedPuts("linux-");
    expect(puts.filter(({ accepted }) => accepted).length).toBeGreaterThan(10);
    for (const { body, date, key, authorization, accepted, file } of puts) {
      expect(signRegistration(body, date, key) === authorization, `${file} ${date}`).toBe(accepted);
    }
  });

  it("signs a small body (vector 4)", () => {
    const body = Buffer.from(SMALL_BODY);
    expect(body.length).toBe(451);
    expect(signRegistration(body, "2024-01-02T03:04:05.6789012Z", "140a952b-b9d6-406b-b416-e0f759c9c0e4")).toBe(
      "Shared MmgGrH0azN2mFncC17Cl9TQd1seP8SrkJ7jh0sdd/8E=",
    );
  });
});
