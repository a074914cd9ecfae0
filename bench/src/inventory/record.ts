import { agentId } from "../load/agent-id.js";
import { readBodies } from "../load/bodies.js";
import type { Recorded } from "../load/record.js";
import type { RequestShape } from "../load/types.js";

// Node writes these by itself, for the yardsticks too.
const OWN = ["date", "connection", "keep-alive", "content-length", "x-request-id"];

/** Sends one agent's inventory. @throws when the answer is no 200 */
export async function recordInventory(port: number, shape: RequestShape, agent: number): Promise<Recorded> {
  const headers = Object.fromEntries(
    Object.entries(shape.headers)
      // fetch refuses to send it, and no server looks at it.
      .filter(([name]) => name !== "TE")
      .map(([name, value]) => [name, value.replace("{agent}", agentId(agent))]),
  );
  const body = new Uint8Array(readBodies(shape.bodies ?? "")(agent));
  const answer = await fetch(`http://127.0.0.1:${port}${shape.path}`, { method: shape.method, headers, body });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200) throw new Error(`an inventory got ${answer.status}: ${bytes}`);
  return {
    headers: Object.fromEntries([...answer.headers].filter(([name]) => !OWN.includes(name))),
    body: bytes,
  };
}
