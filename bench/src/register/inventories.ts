import path from "node:path";
import { sealFrame } from "@gatehouse/simulator";
import type { Row } from "../columns.js";
import { bodiesFile, glpiInventory } from "../inventory/requests.js";
import type { Sample } from "../inventory/sample.js";
import { writeBodies } from "../load/bodies.js";
import { Connection } from "../load/connection.js";
import type { Load } from "../load/load.js";
import type { LoadPlan, RequestShape } from "../load/types.js";
import { type Gateway, startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { Probe } from "../reports/probe.js";
import { type Turn, takeTurn } from "../reports/turn.js";
import { type Measured, over, planFor, ratio, rotate } from "../rounds.js";
import { registerOne } from "./register-one.js";
import { idOf } from "./requests.js";
import type { RegisterSettings } from "./settings.js";
import { type RegisterWorld, startWorld } from "./world.js";

interface Subject {
  readonly name: string;
  readonly gateway: Gateway;
  readonly probe: Probe;
  /** Every agent's inventory, of a turn. @param turn rises */
  shape(turn: number): RequestShape;
}

/** What an inventory costs from its request until it was processed: plain and encrypted, with few live keys and with many. */
export async function encryptedInventories(
  dir: string,
  load: Load,
  sample: Sample,
  settings: RegisterSettings,
): Promise<Findings> {
  const { inventories, liveKeys } = settings;
  const plain = await startGateway(path.join(dir, "plain"));
  const few = await startWorld(path.join(dir, "few"), 0);
  const many = await startWorld(path.join(dir, "many"), liveKeys);
  const gateways = [plain, few.gateway, many.gateway];
  const probes = await Promise.all(gateways.map(({ database }) => Probe.open(database)));
  const [ofPlain, ofFew, ofMany] = probes;
  try {
    if (!ofPlain || !ofFew || !ofMany) throw new Error("a probe is missing");
    const same = glpiInventory(bodiesFile(dir, "plain.bodies", sample, inventories));
    const subjects: Subject[] = [
      { name: "Plain", gateway: plain, probe: ofPlain, shape: () => same },
      await encrypted("Encrypted", few, ofFew, { dir, sample, inventories }),
      await encrypted(`Encrypted, ${liveKeys} live keys`, many, ofMany, { dir, sample, inventories }),
    ];
    let turn = 0;
    const measured = await rotate(subjects, (subject) => one(subject, ++turn, load, settings), settings);
    return findingsOf(measured, sample, settings);
  } finally {
    for (const probe of probes) await probe.close();
    await Promise.all(gateways.map((gateway) => gateway.stop()));
  }
}

/** Registers the agents; their inventories are sealed anew for each turn, as none is taken twice. */
async function encrypted(
  name: string,
  { gateway, token }: RegisterWorld,
  probe: Probe,
  { dir, sample, inventories }: { readonly dir: string; readonly sample: Sample; readonly inventories: number },
): Promise<Subject> {
  const connection = new Connection("127.0.0.1", gateway.port);
  const keys: Buffer[] = [];
  try {
    for (let n = 0; n < inventories; n++) keys.push(await registerOne(connection, idOf(n), token));
  } finally {
    connection.close();
  }
  return {
    ...{ name, gateway, probe },
    shape: (turn) => {
      const requestId = turn.toString(16).toUpperCase().padStart(8, "0");
      const file = path.join(dir, `${name.replaceAll(/\W+/g, "-")}.bodies`);
      const shape = glpiInventory(file);
      const contentType = shape.headers["Content-Type"] ?? "";
      const sealed = keys.map((key, agent) => {
        const id = idOf(agent);
        const about = { direction: "request", keyId: id, agentId: id, requestId, contentType } as const;
        return sealFrame(key, about, sample.body({ agent, revision: 0 }));
      });
      writeBodies(file, sealed);
      const headers = { ...shape.headers, "GLPI-CryptoKey-ID": "{agent}", "GLPI-Request-ID": requestId };
      return { ...shape, headers };
    },
  };
}

/** Every agent sends its inventory once; the turn ends when all are processed. @throws when one is not stored, or is refused */
async function one(subject: Subject, turn: number, load: Load, settings: RegisterSettings): Promise<Turn> {
  const { gateway, probe, name } = subject;
  const { port, pid, postmaster } = gateway;
  const agents = settings.inventories;
  const plan: LoadPlan = {
    ...planFor({ name, port, pid, postmaster, agents }, subject.shape(turn), undefined, settings),
    ...{ settleSeconds: 0, seconds: 3_600, maxRequests: agents },
  };
  const rows = async () => (await probe.counts()).submissions;
  const taken = await takeTurn(load, plan, probe, { processes: true, rows });
  const { deadLetters } = await probe.counts();
  if (deadLetters > 0) throw new Error(`${deadLetters} inventories were refused by processing`);
  return taken;
}

const wholeCpu = ({ serverCpuAllProcessed: server, postgresCpuAllProcessed: postgres }: Turn): number | null =>
  server === null || postgres === null ? null : server + postgres;

function findingsOf(
  measured: readonly Measured<Turn>[],
  { from, bytes, packed }: Sample,
  { liveKeys }: RegisterSettings,
): Findings {
  const [plain, few, many] = measured;
  if (!plain || !few || !many) throw new Error("a subject is missing");
  return {
    notes: [`The inventory in JSON: ${bytes} bytes, ${packed} with zlib (${from}), unchanged.`],
    goals: [
      {
        id: "encrypted-inventory",
        what: "An encrypted inventory",
        judgedBy: "CPU of gateway and PostgreSQL over that of a plain one, from request to processed",
        unit: "",
        atMost: 1.15,
        measured: ratio(few, plain, wholeCpu) ?? null,
        beside: {
          "the gateway's alone": ratio(few, plain, ({ serverCpuAllProcessed }) => serverCpuAllProcessed) ?? null,
          [`${liveKeys} live keys`]: ratio(many, plain, wholeCpu) ?? null,
        },
      },
      {
        id: "encrypted-inventory-many-keys",
        what: `An encrypted inventory where there are ${liveKeys} live keys`,
        judgedBy: "CPU of gateway and PostgreSQL over that with few",
        unit: "",
        atMost: 1.1,
        measured: ratio(many, few, wholeCpu) ?? null,
      },
    ],
    cases: [
      {
        id: "encrypted-inventory",
        title: "Inventories from request to processed",
        heading: "Inventory",
        rows: measured.map(rowOf),
      },
    ],
  };
}

const rowOf = (measured: Measured<Turn>): Row => ({
  name: measured.name,
  serverCpuMicroseconds: over(measured, ({ serverCpuAllProcessed }) => serverCpuAllProcessed),
  postgresCpuMicroseconds: over(measured, ({ postgresCpuAllProcessed }) => postgresCpuAllProcessed),
});
