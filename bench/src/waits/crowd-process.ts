import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, createSecureContext } from "node:tls";
import { type CrowdPlan, type CrowdSaid, deviceIdOf } from "./types.js";

/** Agents that are connecting at once. */
const AT_ONCE = 100;

/** The crowd's own process: raw sockets, and no more of HTTP than a waiting agent needs. It ends with its parent. */
process.once("message", (plan: CrowdPlan) => {
  waitAll(plan).catch((thrown: unknown) => say({ error: thrown instanceof Error ? thrown.message : String(thrown) }));
});
process.on("disconnect", () => process.exit(0));

const say = (said: CrowdSaid) => process.send?.(said);

async function waitAll(plan: CrowdPlan): Promise<void> {
  const open = opener(plan);
  let woken = 0;
  const oneWoken = () => {
    if (++woken === plan.agents) say({ lastWoken: Date.now() });
  };
  let next = 0;
  const some = async () => {
    for (let n = next++; n < plan.agents; n = next++) await waitOne(open(), n, plan.expected, oneWoken);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  say({ waiting: plan.agents });
}

function opener({ port, ca }: CrowdPlan): () => Socket {
  const host = "127.0.0.1";
  if (ca === undefined) return () => connectTcp({ host, port });
  // One for all: each of its own would read the certificates again.
  const secureContext = createSecureContext({ ca });
  return () => connectTls({ host, port, secureContext, servername: "localhost" });
}

/** Resolves when the agent waits. */
function waitOne(socket: Socket, n: number, expected: string, woken: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    let isWaiting = false;
    const fail = (why: string) => {
      const error = `agent ${n}: ${why}:\n${text.slice(0, 1000)}`;
      if (isWaiting) say({ error });
      else reject(new Error(error));
    };
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (!isWaiting && /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n1\r\n@\r\n/s.test(text)) {
        isWaiting = true;
        text = "";
        resolve();
      }
      if (isWaiting && text.endsWith("\r\n0\r\n\r\n")) {
        if (text.includes(`\r\n${expected}\r\n`)) woken();
        else fail("was told something else");
        socket.destroy();
      }
    });
    socket.on("error", (error) => fail(error.message));
    socket.on("end", () => fail("the gateway hung up"));
    socket.write(
      `GET /plugins/fusioninventory?action=wait&machineid=${deviceIdOf(n)} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n\r\n`,
    );
  });
}
