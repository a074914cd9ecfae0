import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { deflateSync } from "node:zlib";
import type { InventoryHouse } from "../inventory/house.js";
import { send } from "../wire.js";
import { apiOf, type ShownJob } from "./house.js";
import { type Exchange, exchangesOf } from "./recordings.js";
import { fileIn, type Handed, handedIn, type Words } from "./replay.js";

const DEVICE = /lab-host-[\d-]{19}/;

/** A recording, and what it needs, made in this gateway. */
export interface RecordedWorld {
  readonly exchanges: readonly Exchange[];
  readonly handed: Handed;
  /** The package's file. */
  readonly content: Buffer;
  /** By what the recording calls them. */
  readonly jobs: ReadonlyMap<string, ShownJob>;
  readonly words: Words;
  stateOf(jobId: string): Promise<string>;
}

/** @param login `NAME:SECRET` of a login that its agent has */
export async function prepared(house: InventoryHouse, file: string, login: string): Promise<RecordedWorld> {
  const exchanges = exchangesOf(file);
  const [recorded = ""] = exchanges.map(({ text }) => DEVICE.exec(text)?.[0]).filter((id) => id !== undefined);
  const name = file.replace(".json", "");
  const deviceId = recorded.replace("lab-host", name);
  await enrol(house, name, deviceId, exchanges, login);
  const handed = handedIn(exchanges);
  // What was in parts that nobody got is in another recording.
  const got = handed.parts.length === 0 || hasParts(exchanges, handed) ? exchanges : exchangesOf("fi-deploy-ok.json");
  const content = fileIn(got, handed.parts);
  const jobs = await make(house, name, handed, content);
  const words = new Map([[recorded, deviceId]]);
  for (const [id, job] of jobs)
    words.set(`uuid=${id}`, `uuid=${job.id}`).set(`<PROCESSNUMBER>${id}`, `<PROCESSNUMBER>${job.number}`);
  const stateOf = async (id: string) => (await apiOf(house)<ShownJob>("GET", `/jobs/${id}`)).state;
  return { exchanges, handed, content, jobs, words, stateOf };
}

const hasParts = (exchanges: readonly Exchange[], { parts }: Handed) =>
  exchanges.some(({ url, answer }) => answer.status === 200 && parts.some((part) => url.href.includes(part)));

/** Its machine, known by an inventory under a name of its own. */
async function enrol(
  { gateway, inventories }: InventoryHouse,
  name: string,
  deviceid: string,
  exchanges: readonly Exchange[],
  login: string,
): Promise<void> {
  const headers = exchanges.map((exchange) => exchange.headers);
  const agentId = headers.map((each) => each["glpi-agent-id"]).find((id) => id !== undefined);
  const content = { versionclient: "replayed", hardware: { name, uuid: randomUUID() }, bios: { ssn: `SN-${name}` } };
  const json = JSON.stringify({ action: "inventory", deviceid, itemtype: "Computer", content });
  const xml = `<?xml version="1.0" encoding="UTF-8"?><REQUEST><CONTENT><HARDWARE><NAME>${name}</NAME></HARDWARE><BIOS><SSN>SN-${name}</SSN></BIOS></CONTENT><DEVICEID>${deviceid}</DEVICEID><QUERY>INVENTORY</QUERY></REQUEST>`;
  const { status, body } = await send(gateway.https, {
    ...{ method: "POST", path: "/", body: deflateSync(agentId === undefined ? xml : json) },
    headers: {
      "Content-Type": "application/x-compress-zlib",
      "User-Agent": headers[0]?.["user-agent"] ?? "",
      Authorization: `Basic ${Buffer.from(login).toString("base64")}`,
      ...(agentId !== undefined && { "GLPI-Agent-ID": agentId }),
    },
  });
  if (status !== 200) throw new Error(`the inventory of ${name} got ${status}: ${body}`);
  await inventories(name);
}

/** Jobs as the recording's server had them, by its names for them. */
async function make(
  house: InventoryHouse,
  node: string,
  handed: Handed,
  content: Buffer,
): Promise<Map<string, ShownJob>> {
  const api = apiOf(house);
  for (const [name, credential] of handed.credentials) await api("PUT", `/credentials/${name}`, credential);
  if (handed.package !== undefined) {
    const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-recorded-"));
    const { file, checks, actions } = handed.package;
    writeFileSync(path.join(folder, file), content);
    writeFileSync(path.join(folder, "package.yaml"), JSON.stringify({ checks, actions }));
    await house.json("package", "add", node, folder);
    rmSync(folder, { recursive: true });
  }
  const jobs = new Map<string, ShownJob>();
  for (const [id, given] of handed.jobs) {
    const work = given.task === "deploy" ? { ...given, spec: { package: node } } : given;
    const { order } = await api<{ order: { id: string } }>("POST", "/job-orders", { work, nodes: [node] });
    const [job] = (await api<{ jobs: readonly ShownJob[] }>("GET", `/jobs?order=${order.id}`)).jobs;
    if (job === undefined) throw new Error(`${node} got no job`);
    jobs.set(id, job);
  }
  return jobs;
}
