import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccessBase, UnprovenPolicy } from "@gatehouse/inventory";
import { expect, it } from "vitest";
import { accessBy } from "../listeners.js";
import { Client, GET, open, serverFor } from "./listeners.test.helper.js";

const own = async () => serverFor("gw.example.org");

/** What counts for who calls a listener, as the application finds it. */
async function countedAt(
  listener: { readonly tls: "off" | "own"; readonly unproven?: UnprovenPolicy },
  unproven: UnprovenPolicy,
): Promise<AccessBase | undefined> {
  let found: AccessBase | undefined;
  const app = (raw: IncomingMessage, res: ServerResponse) => {
    found = accessBy(unproven)({ raw });
    res.end("{}");
  };
  const { port } = await open({ ...listener, mounts: ["inventory"] }, { own, app });
  const client = listener.tls === "off" ? await Client.tcp(port) : await Client.tls(port);
  await client.ask(GET);
  return found;
}

it.each([
  ["off", "quarantine", "allow"],
  ["off", "refuse", "quarantine"],
  ["own", "refuse", "allow"],
  ["own", "allow", "refuse"],
] as const)("a listener (tls: %s) says %s beside the configuration's %s", async (tls, atLeast, unproven) => {
  expect(await countedAt({ tls, unproven: atLeast }, unproven)).toEqual({ unproven, atLeast });
});

it("one that says nothing allows what the configuration does", async () => {
  expect(await countedAt({ tls: "off" }, "quarantine")).toEqual({ unproven: "quarantine", atLeast: "allow" });
});

it("a request of no listener is held to the configuration", () => {
  const raw = { socket: {} } as unknown as IncomingMessage;
  expect(accessBy("refuse")({ raw })).toEqual({ unproven: "refuse", atLeast: "allow" });
});
