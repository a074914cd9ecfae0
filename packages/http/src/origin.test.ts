import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { AddressList } from "./addresses.js";
import { trustProxies } from "./connection.js";
import { cameByTls, originOf } from "./origin.js";
import { createTestAuthority } from "./testing/authority.js";

const server = createTestAuthority().issue({ subject: "/CN=localhost" });

async function ask(
  tls: boolean,
  trusted: string[],
  headers: http.OutgoingHttpHeaders,
  certificates = true,
): Promise<string> {
  const app: http.RequestListener = (req, res) => res.end(`${cameByTls(req)} ${originOf(req)}`);
  const listening = tls ? https.createServer(server, app) : http.createServer(app);
  trustProxies(listening, new AddressList(trusted), { certificates });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    listening.close();
  });
  const { port } = listening.address() as AddressInfo;
  const options = { port, host: "127.0.0.1", agent: false, rejectUnauthorized: false, headers } as const;
  return new Promise((resolve, reject) => {
    const request = (tls ? https : http).get(options, (response) => {
      response.setEncoding("utf8").on("data", (text) => resolve(text.replace(String(port), "PORT")));
    });
    request.on("error", reject);
  });
}

describe("where a client called", () => {
  const Host = "gw.example.org";
  it.each([
    ["itself, plainly", false, {}, "false http://gw.example.org"],
    ["itself, with TLS", true, {}, "true https://gw.example.org"],
    ["a proxy that ended TLS", false, { "X-Forwarded-Proto": "https" }, "true https://gw.example.org"],
    ["a proxy without TLS, which speaks it", true, { "X-Forwarded-Proto": "http" }, "false http://gw.example.org"],
    ["a proxy that asks for certificates", false, { "X-Client-Verify": "NONE" }, "true https://gw.example.org"],
    ["a proxy that says other things", false, { "X-Forwarded-Proto": "https, http" }, "false http://gw.example.org"],
  ])("is told by a trusted proxy: %s", async (_, tls, headers, said) => {
    expect(await ask(tls, ["127.0.0.1"], { Host, ...headers })).toBe(said);
  });

  it("is not told by certificates that do not count", async () => {
    const verified = { Host, "X-Client-Verify": "SUCCESS" };
    expect(await ask(false, ["127.0.0.1"], verified, false)).toBe("false http://gw.example.org");
    expect(await ask(true, ["127.0.0.1"], verified, false)).toBe("true https://gw.example.org");
    const both = { ...verified, "X-Forwarded-Proto": "https" };
    expect(await ask(false, ["127.0.0.1"], both, false)).toBe("true https://gw.example.org");
  });

  it("is not told by anybody else", async () => {
    for (const headers of [{ "X-Forwarded-Proto": "https" }, { "X-Client-Verify": "SUCCESS" }]) {
      expect(await ask(false, [], { Host, ...headers })).toBe("false http://gw.example.org");
    }
    expect(await ask(true, ["192.0.2.1"], { Host, "X-Forwarded-Proto": "http" })).toBe("true https://gw.example.org");
  });

  it.each(["a b", "<x>", "x/y", ""])("is this machine's address where the Host header is %j", async (host) => {
    expect(await ask(false, [], { Host: host })).toBe("false http://127.0.0.1:PORT");
  });
});
