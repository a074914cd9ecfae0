import { once } from "node:events";
import { connect as connectTls } from "node:tls";
import { ConnectionsBySerial, createPeerIdentity } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { authority, Client, GET, open, serverFor, tells } from "./listeners.test.helper.js";

const V1 = "PROXY TCP4 198.51.100.4 192.0.2.1 8080 443\r\n";
const V2 = Buffer.from("0d0a0d0a000d0a515549540a" + "2111000c" + "c6336404c0000201" + "1f9001bb", "hex");
const LOCAL = Buffer.from("0d0a0d0a000d0a515549540a" + "20000000", "hex");
const behind = { proxyProtocol: "required", trustedProxies: ["127.0.0.1"] } as const;
const server = serverFor("gw.example.org");
const own = () => Promise.resolve(server);
const LATE = /did not arrive in time/;

describe("a listener with PROXY protocol", () => {
  it.each([
    ["version 1", Buffer.from(V1), "198.51.100.4"],
    ["version 2", V2, "198.51.100.4"],
    ["the proxy itself", LOCAL, "127.0.0.1"],
    ["version 1 of an unknown client", Buffer.from("PROXY UNKNOWN\r\n"), "127.0.0.1"],
  ])("knows the client by %s, for all requests of its connection", async (_, header, from) => {
    const { port, lines } = await open(behind);
    const client = Client.tcp(port);
    expect(await client.ask(Buffer.concat([header, Buffer.from(GET)]))).toMatchObject({ from });
    expect(await client.ask()).toMatchObject({ from });
    expect(lines).toEqual([]);
  });

  it("reads a header that comes byte by byte, and no more than the header", async () => {
    const { port } = await open(behind);
    for (const header of [Buffer.from(V1), V2]) {
      const client = Client.tcp(port);
      client.socket.setNoDelay(true);
      const bytes = Buffer.concat([header, Buffer.from(GET)]);
      for (const byte of bytes) await new Promise((sent) => client.socket.write(Buffer.from([byte]), sent));
      expect(await client.answer()).toMatchObject({ from: "198.51.100.4" });
    }
  });

  it("takes a client that sends everything at once and closes its side", async () => {
    const { port } = await open(behind);
    const client = Client.tcp(port);
    client.socket.end(`${V1}${GET}${GET}`);
    expect(await client.answer()).toMatchObject({ from: "198.51.100.4" });
    expect(await client.answer()).toMatchObject({ from: "198.51.100.4" });
    await client.closed;
  });

  it.each([
    ["none", GET],
    ["one that is no header", `PROXY TCP4 nonsense\r\n${GET}`],
    ["one too many bytes in version 1", `PROXY UNKNOWN ${"x".repeat(200)}\r\n${GET}`],
    ["too much in version 2", Buffer.concat([V2.subarray(0, 14), Buffer.from("ffff", "hex"), Buffer.alloc(65_535)])],
    ["one that breaks off", V1.slice(0, 20)],
    ["one of version 2 that breaks off", V2.subarray(0, 20)],
  ])("closes a connection with %s before anything is served", async (_, bytes) => {
    let asked = 0;
    const app = tells();
    const counted: typeof app = (req, res) => {
      asked++;
      app(req, res);
    };
    const { port, lines } = await open(behind, { app: counted });
    const client = Client.tcp(port);
    client.socket.end(bytes);
    await client.closed;
    expect([client.rest, asked]).toEqual(["", 0]);
    expect(lines).toMatchObject([{ level: "warn", message: "connection refused", from: "127.0.0.1" }]);
  });

  it("closes a connection whose header does not come in time, though bytes of it keep coming", async () => {
    const { port, lines } = await open(behind, { proxyHeaderMs: 100 });
    const silent = Client.tcp(port);
    const slow = Client.tcp(port);
    let at = 0;
    const drip = setInterval(() => slow.socket.write(V1[at++ % 15] ?? ""), 20);
    await Promise.all([silent.closed, slow.closed]);
    clearInterval(drip);
    expect(lines.map(({ reason }) => reason)).toEqual([expect.stringMatching(LATE), expect.stringMatching(LATE)]);
  });

  it("says nothing of who looks whether somebody listens", async () => {
    const { port, lines } = await open(behind);
    const client = Client.tcp(port);
    client.socket.end();
    await client.closed;
    expect(lines).toEqual([]);
  });

  it("closes the connections of those who are not trusted", async () => {
    const { port, lines } = await open({ ...behind, trustedProxies: ["192.0.2.1"] });
    const client = Client.tcp(port);
    expect(await client.ask(`${V1}${GET}`)).toBeUndefined();
    expect(lines).toMatchObject([{ from: "127.0.0.1", reason: expect.stringContaining("trustedProxies") }]);
  });

  it("does not believe what a client behind it says of proxies", async () => {
    const { port } = await open(behind);
    const made = "GET / HTTP/1.1\r\nHost: x\r\nX-Client-Verify: SUCCESS\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n";
    for (const header of [V1, "PROXY UNKNOWN\r\n"]) {
      expect(await Client.tcp(port).ask(header + made)).toEqual({
        from: header === V1 ? "198.51.100.4" : "127.0.0.1",
        trusted: false,
      });
    }
    // The proxy itself may: nobody is between it and us.
    const itself = Buffer.concat([LOCAL, Buffer.from(made)]);
    expect(await Client.tcp(port).ask(itself)).toEqual({ from: "203.0.113.9", trusted: true });
    const { port: believing } = await open({ ...behind, clientCertificateHeaders: true });
    const said = { from: "203.0.113.9", trusted: true, said: "SUCCESS" };
    expect(await Client.tcp(believing).ask(itself)).toEqual(said);
    expect(await Client.tcp(believing).ask(V1 + made)).toEqual({ from: "198.51.100.4", trusted: false });
  });

  it("ends in order, without waiting for headers", async () => {
    const { listener, port } = await open(behind, { proxyHeaderMs: 3600_000 });
    const waiting = Client.tcp(port);
    const idle = Client.tcp(port);
    await idle.ask(`${V1}${GET}`);
    await listener.close(3600);
    await Promise.all([waiting.closed, idle.closed]);
  });
});

describe("PROXY protocol before TLS", () => {
  /** A connection that sends a header and then begins TLS. */
  async function tlsBehind(port: number, header: string | Buffer, options = {}): Promise<Client> {
    const tcp = Client.tcp(port);
    tcp.socket.removeAllListeners("data");
    tcp.socket.write(header);
    const socket = connectTls({ socket: tcp.socket, rejectUnauthorized: false, ...options });
    await once(socket, "secureConnect");
    return new Client(socket);
  }

  it("tells the client of each of several connections at once, with its certificate", async () => {
    const peerOf = createPeerIdentity({
      trust: () => trusted,
      profileOf: () => "puppet",
      extensionsOf: () => ({}),
      isRevoked: () => false,
      clock: { now: () => new Date() },
      connections: new ConnectionsBySerial(),
    });
    const { port } = await open({ ...behind, tls: "own" }, { own, app: tells(peerOf) });
    const clients = ["web01", "web02", "web03"].map(async (name, index) => {
      const header = V1.replace("100.4", `100.${index}`);
      const client = await tlsBehind(port, header, authority.issue({ subject: `/CN=${name}` }));
      for (let request = 0; request < 2; request++) {
        const seen = await client.ask();
        expect(seen).toMatchObject({ from: `198.51.100.${index}`, trusted: false, peer: { kind: "verified", name } });
      }
    });
    await Promise.all(clients);
  });

  it.each([
    ["version 2", V2, "198.51.100.4", false],
    ["the proxy itself", LOCAL, "127.0.0.1", true],
    ["an unknown client", "PROXY UNKNOWN\r\n", "127.0.0.1", false],
  ])("knows %s", async (_, header, from, isTrusted) => {
    const { port } = await open({ ...behind, tls: "own" }, { own });
    expect(await (await tlsBehind(port, header)).ask()).toEqual({ from, trusted: isTrusted });
  });

  it("closes a connection without it", async () => {
    const { port, lines } = await open({ ...behind, tls: "own" }, { own });
    await expect(Client.tls(port)).rejects.toThrow();
    expect(lines).toHaveLength(1);
  });

  it("takes the hello in the same packet, and in pieces", async () => {
    const { port } = await open({ ...behind, tls: "own" }, { own });
    const tcp = Client.tcp(port);
    tcp.socket.removeAllListeners("data");
    await once(tcp.socket, "connect");
    tcp.socket.cork();
    tcp.socket.write(V2);
    const socket = connectTls({ socket: tcp.socket, rejectUnauthorized: false });
    setImmediate(() => tcp.socket.uncork());
    await once(socket, "secureConnect");
    expect(await new Client(socket).ask()).toMatchObject({ from: "198.51.100.4" });
  });
});

const trusted = { certificates: [authority.certificate] };
