import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { GatehouseError } from "@gatehouse/core/errors";
import type { HeldBody, Reply } from "@gatehouse/http";
import { onTestFinished } from "vitest";

/** A caller that waits. */
export interface Caller {
  readonly socket: Socket;
  /** What came behind the head, its chunks put together. */
  said(): string;
  /** Whether the answer came to its end as it should. */
  ended(): boolean;
  readonly closed: Promise<unknown>;
}

const isHeld = (body: Reply["body"]): body is HeldBody => typeof body === "object" && "hold" in body;

/** A real server whose answers `hold` makes, by the name in the path. */
export async function holder(hold: (agentId: string) => Reply) {
  const answers: ServerResponse[] = [];
  const server = createServer((req, res) => {
    try {
      const { status, headers, body } = hold((req.url ?? "").slice(1));
      if (!isHeld(body)) throw new Error("that is no held answer");
      res.writeHead(status, { ...headers, Connection: "close" });
      res.flushHeaders();
      answers.push(res);
      const letGo = body.hold(res);
      res.once("close", letGo);
    } catch (thrown) {
      res.writeHead(thrown instanceof GatehouseError ? thrown.status : 500).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;

  /** Resolves when the answer's head is there. */
  const call = async (agentId: string, version = "1.1"): Promise<Caller & { readonly status: number }> => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", () => undefined);
    const closed = once(socket, "close");
    socket.write(`GET /${agentId} HTTP/${version}\r\nHost: x\r\n\r\n`);
    while (!text.includes("\r\n\r\n")) await once(socket, "data");
    const body = () => text.slice(text.indexOf("\r\n\r\n") + 4);
    return {
      socket,
      status: Number(text.slice(9, 12)),
      said: () => body().replaceAll(/[0-9a-f]+\r\n([^\r]*)\r\n/g, "$1"),
      ended: () => body().endsWith("0\r\n\r\n"),
      closed,
    };
  };
  return { call, server, answers };
}
