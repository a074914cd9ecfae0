import path from "node:path";
import { type GatewayProcess, newSite, type Site } from "../gateway.js";
import { send } from "../wire.js";

/** A certificate as the API lists it. */
export interface Listed {
  readonly serial: string;
  readonly name: string;
  readonly profile: string;
  readonly state: "signed" | "revoked" | "interrupted";
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly issuedBy: string;
  readonly cleaned: boolean;
}

export interface House {
  readonly site: Site;
  readonly gateways: readonly GatewayProcess[];
  readonly first: GatewayProcess;
  /** Another one than the first, where there is another. */
  readonly last: GatewayProcess;
  /** Starts the first gateway again, once it is gone; with other settings from now on where they are given. */
  startAgain(env?: Readonly<Record<string, string>>): Promise<GatewayProcess>;
  /** A call of the API; what it answers, as JSON where it is. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; json: never }>;
  /** Every certificate of profile puppet that there ever was. */
  inventory(query?: string): Promise<Listed[]>;
  /** Names that wait to be signed, with why. */
  requests(): Promise<Map<string, string | null>>;
  /** `gatehouse ca WORDS --json`, parsed. */
  ca(...words: string[]): Promise<never>;
  close(): Promise<void>;
}

const onGivenDatabase = process.env["DATABASE_URL"] !== undefined;
/** As many gateways as one database serves here: the embedded one serves one only. */
export const MOST_GATEWAYS = onGivenDatabase ? 2 : 1;
/** For the title of a suite that is about two, and is worth something with one. */
export const manyGateways = onGivenDatabase ? "two gateways" : "one gateway (two need DATABASE_URL)";

/** Settings of an authority that signs everything, and is made quickly. */
export const AUTOSIGN_ALL = { GATEHOUSE_CA_AUTOSIGN: JSON.stringify([{ name: "everything", kind: "all" }]) };
export const autosign = (...rules: readonly object[]) => ({ GATEHOUSE_CA_AUTOSIGN: JSON.stringify(rules) });

interface HouseOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly gateways?: number;
  /** Where there is something already, such as an imported authority. */
  readonly site?: Site;
}

/** Starts gateways on one database, whose authority has keys of 2048 bits unless told. */
export async function startHouse({
  env = {},
  args = [],
  gateways = 1,
  site: given,
}: HouseOptions = {}): Promise<House> {
  const site = given ?? (await newSite());
  let settings: Readonly<Record<string, string>> = {
    GATEHOUSE_SERVER_NAMES: "localhost",
    GATEHOUSE_CA_KEY_BITS: "2048",
    ...env,
  };
  const running: GatewayProcess[] = [];
  const start = (index: number) => {
    const folder = index === 0 ? [] : ["--data", path.join(site.dataDir, `gateway-${index + 1}`)];
    return site.start({ args: [...args, ...folder], env: settings });
  };
  try {
    for (let index = 0; index < gateways; index++) running.push(await start(index));
  } catch (thrown) {
    await site.remove();
    throw thrown;
  }
  const one = (gateway: GatewayProcess | undefined): GatewayProcess => {
    if (gateway === undefined) throw new Error("no gateway runs");
    return gateway;
  };
  const house: House = {
    site,
    gateways: running,
    get first() {
      return one(running[0]);
    },
    get last() {
      return one(running.at(-1));
    },
    startAgain: async (more = {}) => {
      settings = { ...settings, ...more };
      running[0] = await start(0);
      return running[0];
    },
    api: async (method, target, body) => {
      const { https, token } = house.first;
      const { status, body: answer } = await send(https, {
        method,
        path: `/api/v1${target}`,
        headers: { Authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = answer.toString();
      return { status, json: (/^[[{]/.test(text) ? JSON.parse(text) : text) as never };
    },
    inventory: async (query = "history=true") => {
      const found: Listed[] = [];
      for (let after: string | null = ""; after !== null; ) {
        const from: string = after === "" ? "" : `&after=${encodeURIComponent(after)}`;
        const { json }: { json: { certificates: Listed[]; next: string | null } } = await house.api(
          "GET",
          `/certificates?profile=puppet&limit=500&${query}${from}`,
        );
        found.push(...json.certificates);
        after = json.next;
      }
      return found;
    },
    requests: async () => {
      const { json }: { json: { requests: { name: string; note: string | null }[] } } = await house.api(
        "GET",
        "/certificate-requests",
      );
      return new Map(json.requests.map(({ name, note }) => [name, note]));
    },
    ca: async (...words) => {
      const { code, out, err } = await site.command("--json", "ca", ...words);
      if (code !== 0) throw new Error(`gatehouse ca ${words.join(" ")} ended with ${code}: ${err}`);
      return JSON.parse(out) as never;
    },
    close: async () => {
      for (const gateway of running) await gateway.stop();
      await site.remove();
    },
  };
  return house;
}
