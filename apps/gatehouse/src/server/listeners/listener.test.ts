import { spawn } from "node:child_process";
import { constants, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TLSSocket } from "node:tls";
import type { Identity } from "@gatehouse/http/testing";
import { afterAll, describe, expect, it } from "vitest";
import { openListeners, reloadListeners } from "../listeners.js";
import { authority, Client, GET, open, serverFor } from "./listeners.test.helper.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-listeners-"));
afterAll(() => rmSync(dir, { recursive: true }));
const gw = serverFor("gw.example.org");
const pull = serverFor("pull.example.org", "*.pull.example.org");
const own = () => Promise.resolve(gw);
const put = (name: string, { cert, key }: Identity) => {
  const [certFile, keyFile] = [path.join(dir, `${name}.crt`), path.join(dir, `${name}.key`)];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  return { certFile, keyFile };
};
const nameShown = ({ socket }: { socket: TLSSocket }) => socket.getPeerX509Certificate()?.subject;
const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

describe("the certificate that is shown", () => {
  const several = { tls: "own", certificates: [{ tls: "files", ...put("pull", pull) }] } as const;

  it.each([
    ["pull.example.org", "CN=pull.example.org"],
    ["PULL.example.org", "CN=pull.example.org"],
    ["eu.pull.example.org", "CN=pull.example.org"],
    ["gw.example.org", "CN=gw.example.org"],
    ["unknown.example.org", "CN=gw.example.org"],
    ["pull.example.org.", "CN=gw.example.org"],
    ["_", "CN=gw.example.org"],
    ["", "CN=gw.example.org"],
  ])("for %j is %s", async (servername, subject) => {
    const { port } = await open(several, { own });
    expect(nameShown(await Client.tls(port, { servername }))).toBe(subject);
  });

  it("is the first that is for the name", async () => {
    const twice = [gw, pull, serverFor("pull.example.org", "gw.example.org", "other")];
    const [first, ...certificates] = twice.map(
      (pair, index) => ({ tls: "files", ...put(`at-${index}`, pair) }) as const,
    );
    const { port } = await open({ ...first, certificates });
    for (const [servername, at] of [
      ["gw.example.org", 0],
      ["pull.example.org", 1],
      ["other", 2],
    ] as const) {
      const { socket } = await Client.tls(port, { servername });
      expect(socket.getPeerX509Certificate()?.toString()).toBe(twice[at]?.cert);
    }
  });

  it("is of files alone, with the gateway's own beside it", async () => {
    const files = { tls: "files", ...put("pull", pull), certificates: [{ tls: "own" }] } as const;
    const { port, listener } = await open(files, { own });
    expect(nameShown(await Client.tls(port))).toBe("CN=pull.example.org");
    expect(nameShown(await Client.tls(port, { servername: "gw.example.org" }))).toBe("CN=gw.example.org");
    expect(listener.fingerprint).toBe(new X509Certificate(pull.cert).fingerprint256);
  });

  it.each(VERSIONS)(
    "lets a session be resumed by a client with a certificate over %s, by any name",
    async (version) => {
      const { port } = await open(several, { own });
      const identity = authority.issue({ subject: "/CN=web01" });
      for (const servername of ["pull.example.org", "gw.example.org"]) {
        const options = { servername, minVersion: version, maxVersion: version, ...identity };
        const first = await Client.tls(port, options);
        await first.ask();
        const resumed = await Client.tls(port, { ...options, session: await first.session });
        expect(resumed.socket.isSessionReused()).toBe(true);
        expect(await resumed.ask()).toBeDefined();
      }
    },
  );
});

describe("least TLS version", () => {
  it.each([
    ["TLSv1.2", "TLSv1.1", false],
    ["TLSv1.2", "TLSv1.2", true],
    ["TLSv1.2", "TLSv1.3", true],
    ["TLSv1.3", "TLSv1.2", false],
    ["TLSv1.3", "TLSv1.3", true],
  ] as const)("%s against %s", async (minVersion, maxVersion, taken) => {
    const listener = { tls: "own", minVersion, certificates: [{ tls: "files", ...put("pull", pull) }] } as const;
    const { port } = await open(listener, { own });
    for (const servername of ["gw.example.org", "pull.example.org"]) {
      // A client that would speak the old versions, were it let.
      const ciphers = "DEFAULT@SECLEVEL=0";
      const attempt = Client.tls(port, { servername, minVersion: "TLSv1", maxVersion, ciphers });
      if (taken) expect((await attempt).socket.getProtocol()).toBe(maxVersion);
      else await expect(attempt).rejects.toMatchObject({ code: expect.stringMatching(/PROTOCOL/) });
    }
  });
});

describe("clients' certificates", () => {
  const asked = async (listener: object, ca?: string) => {
    const { port } = await open({ tls: "own", ...listener }, { own, authority: () => Promise.resolve(ca) });
    const client = spawn("openssl", ["s_client", "-connect", `127.0.0.1:${port}`, "-tls1_2"]);
    let stdout = "";
    client.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    client.stdin.end();
    await once(client, "close");
    return stdout;
  };

  it("are asked for without naming an authority", async () => {
    const said = await asked({}, authority.cert);
    expect(said).toContain("No client certificate CA names sent");
    expect(said).toMatch(/Client Certificate Types/);
  });

  it("are asked for with its name where it is announced", async () => {
    const said = await asked({ announceAuthority: true }, authority.cert);
    expect(said).toMatch(/Acceptable client certificate CA names\s+CN = Test CA/);
    expect(await asked({ announceAuthority: true }, undefined)).toContain("No client certificate CA names sent");
  });

  it("are not asked for where they are not to be", async () => {
    expect(await asked({ requestClientCertificate: false })).not.toMatch(/Client Certificate Types/);
  });

  it("cannot change in the middle of a connection", async () => {
    const { port } = await open({ tls: "own" }, { own });
    const { socket } = await Client.tls(port, { maxVersion: "TLSv1.2" });
    const failed = new Promise((resolve) => socket.once("error", resolve));
    socket.renegotiate({ rejectUnauthorized: false }, (error) => error && socket.destroy(error));
    expect(await failed).toMatchObject({ code: "ERR_SSL_NO_RENEGOTIATION" });
    expect(constants.SSL_OP_NO_RENEGOTIATION).toBeGreaterThan(0);
  });
});

describe("certificates that are read anew", () => {
  it("are shown to new connections, while those that are open go on", async () => {
    const files = put("reload", gw);
    const { listener, listeners, port, lines, log } = await open({ tls: "files", ...files });
    const before = await Client.tls(port);
    expect(await before.ask()).toBeDefined();
    put("reload", pull);
    expect(nameShown(await Client.tls(port))).toBe("CN=gw.example.org");
    expect(await reloadListeners(listeners, log)).toBe(true);
    expect(await before.ask()).toBeDefined();
    expect(nameShown(before)).toBe("CN=gw.example.org");
    expect(nameShown(await Client.tls(port))).toBe("CN=pull.example.org");
    expect(listener.fingerprint).toBe(new X509Certificate(pull.cert).fingerprint256);
    expect(lines).toMatchObject([{ level: "info", changed: true, fingerprint: listener.fingerprint }]);
  });

  it("are the further ones too, and the gateway's own", async () => {
    let mine = gw;
    const certificates = [{ tls: "files", ...put("further", pull) } as const];
    const { listener, port } = await open({ tls: "own", certificates }, { own: () => Promise.resolve(mine) });
    mine = serverFor("new.example.org");
    put("further", serverFor("other.example.org"));
    await listener.reload();
    const shown = async (servername: string) => nameShown(await Client.tls(port, { servername }));
    expect(await shown("other.example.org")).toBe("CN=other.example.org");
    expect(await shown("pull.example.org")).toBe("CN=new.example.org");
  });

  it("are announced with what the authority is then", async () => {
    let asked = 0;
    const names = () => {
      asked++;
      return Promise.resolve(authority.cert);
    };
    const { listener } = await open({ tls: "own", announceAuthority: true }, { own, authority: names });
    await listener.reload();
    expect(asked).toBe(2);
  });

  it.each([
    ["not there", () => rmSync(path.join(dir, "bad.crt"))],
    ["cut off", () => writeFileSync(path.join(dir, "bad.crt"), gw.cert.slice(0, 200))],
    ["of another key", () => writeFileSync(path.join(dir, "bad.crt"), pull.cert)],
  ])("leave everything as it was when one is %s", async (_, spoil) => {
    const files = put("bad", gw);
    const certificates = [{ tls: "files", ...put("good", pull) } as const];
    const { listener, listeners, port, lines, log } = await open({ tls: "files", ...files, certificates });
    const { fingerprint } = listener;
    put("good", serverFor("other.example.org"));
    spoil();
    expect(await reloadListeners(listeners, log)).toBe(false);
    expect(lines).toMatchObject([{ level: "error", reason: expect.stringContaining("127.0.0.1:0") }]);
    expect(nameShown(await Client.tls(port))).toBe("CN=gw.example.org");
    expect(nameShown(await Client.tls(port, { servername: "pull.example.org" }))).toBe("CN=pull.example.org");
    expect(listener.fingerprint).toBe(fingerprint);
  });

  it("are those that were read last, when it is asked twice at once", async () => {
    const names = ["a.example.org", "b.example.org"];
    const made = names.map((name) => serverFor(name));
    let calls = 0;
    // The first to be asked is the last to answer.
    const slow = async () => {
      const call = calls++;
      if (call === 1) await new Promise((resolve) => setTimeout(resolve, 50));
      return made[Math.min(call, 2) - 1] ?? gw;
    };
    const { listener, port } = await open({ tls: "own" }, { own: slow });
    await Promise.all([listener.reload(), listener.reload()]);
    expect(nameShown(await Client.tls(port))).toBe("CN=b.example.org");
  });

  it("are none of plain HTTP", async () => {
    const { listeners, log, lines } = await open({});
    expect(await reloadListeners(listeners, log)).toBe(true);
    expect(lines).toEqual([]);
  });
});

describe("the end", () => {
  it("lets a request under way finish, and closes what is idle", async () => {
    let answer: () => void = () => undefined;
    let closing = () => ({});
    const { listener, port } = await open(
      { tls: "own" },
      {
        own,
        app: (req, res) => {
          answer = () => res.writeHead(200, { "Content-Length": 2, ...closing() }).end("{}");
          if (req.url === "/now") answer();
        },
      },
    );
    const idle = await Client.tls(port);
    await idle.ask(GET.replace("/", "/now"));
    const busy = await Client.tls(port);
    busy.socket.write(GET);
    await once(listener.server, "request");
    const closed = listener.close(3600);
    // As the router does while the gateway drains.
    closing = () => ({ Connection: "close" });
    await idle.closed;
    answer();
    expect(await busy.answer()).toEqual({});
    await closed;
  });

  it("cuts what is left: requests without an answer, handshakes that never go on", async () => {
    const { listener, port } = await open({ tls: "own" }, { own, app: () => undefined });
    const stuck = await Client.tls(port);
    stuck.socket.write(GET);
    await once(listener.server, "request");
    const silent = Client.tcp(port);
    await once(silent.socket, "connect");
    await listener.close(0);
    await Promise.all([stuck.closed, silent.closed]);
  });
});

describe("openListeners", () => {
  it("opens all or none", async () => {
    const { listener, port: taken } = await open({});
    const { listener: gone, port: free } = await open({});
    await gone.close(0);
    const one = { ...{ tls: "off", minVersion: "TLSv1.2", requestClientCertificate: false }, mounts: [] } as const;
    const http = { idleSeconds: 1, requestSeconds: 1, drainSeconds: 1, connectionClose: false };
    const listeners = [free, taken].map((port) => ({ ...one, address: `127.0.0.1:${port}` }));
    await expect(openListeners({ http, listeners } as never, own, () => undefined)).rejects.toMatchObject({
      code: "start-refused",
      message: expect.stringContaining(String(taken)),
    });
    expect(listener.server.listening).toBe(true);
    const { listener: again } = await open({ address: `127.0.0.1:${free}` });
    expect(again.url).toBe(`http://127.0.0.1:${free}`);
  });

  it.each([
    ["that is not there", { certFile: "/nowhere/x", keyFile: "/nowhere/y" }, /cannot be read/],
    ["of another key", { ...put("a", gw), keyFile: put("b", pull).keyFile }, /cannot be used with its key/],
  ])("refuses to start with a certificate %s", async (_, files, message) => {
    for (const listener of [
      { tls: "files", ...files },
      { tls: "own", certificates: [{ tls: "files", ...files }] },
    ] as const) {
      await expect(open(listener, { own })).rejects.toMatchObject({ code: "start-refused", message });
    }
  });
});
