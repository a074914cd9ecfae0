import { once } from "node:events";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../puppet/programs.js";
import { enrol, type Host, NODES_ONLY, shownBy, trustOf } from "./host.js";
import { AUTOSIGN_ALL, type House, startHouse } from "./house.js";

const { skip, note } = needs();

interface Asked {
  /** The status, or the error's code where the connection is refused. */
  readonly status: number | string;
  readonly reused: boolean;
  /** Of this connection, for the next one. */
  readonly session: Buffer | undefined;
}

describe.skipIf(skip)(`a resumed TLS session${note}`, () => {
  let house: House;
  let bundle: string;
  beforeAll(async () => {
    house = await startHouse({ env: AUTOSIGN_ALL });
    ({ bundle } = await trustOf(house.first));
  });
  afterAll(() => house?.close());

  /** One request on a connection of its own, as somebody who resumes a session or does not. */
  async function ask(version: "TLSv1.2" | "TLSv1.3", host: Host | undefined, session?: Buffer): Promise<Asked> {
    const options: ConnectionOptions = {
      host: "localhost",
      port: Number(new URL(house.first.https).port),
      ca: bundle,
      minVersion: version,
      maxVersion: version,
      ...(host === undefined ? {} : shownBy(host)),
      ...(session === undefined ? {} : { session }),
    };
    const socket: TLSSocket = connect(options);
    let last: Buffer | undefined;
    let answer = "";
    socket.on("session", (ticket: Buffer) => {
      last = ticket;
    });
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    try {
      await once(socket, "secureConnect");
      socket.write(`GET ${NODES_ONLY} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      await once(socket, "end");
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
      return { status, reused: socket.isSessionReused(), session: last ?? socket.getSession() };
    } catch (thrown) {
      const { code, message } = thrown as NodeJS.ErrnoException;
      return { status: code ?? message, reused: socket.isSessionReused(), session: last };
    } finally {
      socket.destroy();
    }
  }

  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    const label = version.toLowerCase().replaceAll(".", "");

    it(`of a node is that node's, with ${version}, also where it shows no certificate again`, async () => {
      const host = await enrol(house.first, `verified-${label}.example.org`);
      const full = await ask(version, host);
      expect(full).toMatchObject({ status: 200, reused: false, session: expect.any(Buffer) });
      const resumed = await ask(version, host, full.session);
      expect(resumed).toMatchObject({ status: 200, reused: true });
      // Without certificate and key: what speaks for it is that it knows the session's secret.
      expect(await ask(version, undefined, full.session)).toMatchObject({ status: 200, reused: true });
    });

    it(`of nobody stays nobody's, with ${version}`, async () => {
      const full = await ask(version, undefined);
      expect(full).toMatchObject({ status: 403, reused: false, session: expect.any(Buffer) });
      expect(await ask(version, undefined, full.session)).toMatchObject({ status: 403, reused: true });
      const again = await ask(version, undefined, full.session);
      expect(again).toMatchObject({ status: 403, reused: true });
    });

    it(`of a node that is revoked since is refused, with ${version}`, async () => {
      const host = await enrol(house.first, `revoked-${label}.example.org`);
      const full = await ask(version, host);
      const resumed = await ask(version, host, full.session);
      expect(resumed).toMatchObject({ status: 200, reused: true });
      expect((await house.api("POST", `/certificates/${host.name}/revoke`)).status).toBe(204);
      for (const session of [full.session, resumed.session]) {
        const { status } = await ask(version, host, session);
        expect(status).not.toBe(200);
        expect((await ask(version, undefined, session)).status).not.toBe(200);
      }
      // It is refused, and not that nobody could connect any more.
      const other = await enrol(house.first, `other-${label}.example.org`);
      expect(await ask(version, other)).toMatchObject({ status: 200 });
    });
  }
});
