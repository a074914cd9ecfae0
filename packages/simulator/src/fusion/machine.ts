import type { DeployPlace } from "./deploy/place.js";
import { PretendedPlace } from "./deploy/pretended-place.js";

/** A file as a search finds it. */
export interface FoundFile {
  readonly path: string;
  readonly size: number;
}

/** What is looked for by `findFile`. */
export interface FileSearch {
  readonly dir: string;
  readonly limit: number;
  readonly recursive: boolean;
  readonly filter: Readonly<Record<string, unknown>>;
}

/** Data by their names. */
export type Named = Readonly<Record<string, string>>;

/** A person at the machine, asked by a package. @returns undefined where nobody is there to be asked */
export type AskedPerson = (question: Readonly<Record<string, unknown>>) => { event: string; user: string } | undefined;

/** What a simulated agent finds when it does its jobs: everything is made up unless a test puts something real there. */
export interface PretendedMachine {
  /** Where the package of one job is unpacked and its actions are done. */
  readonly place: () => Promise<DeployPlace>;
  readonly findFiles: (search: FileSearch) => Promise<readonly FoundFile[]>;
  /** Values by key of the registry; undefined: not Windows. */
  readonly registry: Readonly<Record<string, Named>> | undefined;
  /** Objects by class of WMI; undefined: not Windows. */
  readonly wmi: Readonly<Record<string, readonly Named[]>> | undefined;
  /** Undefined: not Windows, which is the only system where packages ask. */
  readonly person: AskedPerson | undefined;
  /** Whether a host of virtual machines lets the agent in. */
  readonly opens: (host: string, user: string, password: string) => boolean;
  /** Whether something answers SNMP at an address. */
  readonly answersSnmp: (address: string) => boolean;
}

/** Everything is pretended, and goes well: for load. */
export const pretendedMachine: PretendedMachine = {
  place: async () => new PretendedPlace(),
  findFiles: async ({ dir, limit }) =>
    Array.from({ length: Math.min(limit, 2) }, (_, n) => ({ path: `${dir}/made-${n}.conf`, size: 10 + n })),
  registry: undefined,
  wmi: undefined,
  person: undefined,
  opens: () => true,
  answersSnmp: (address) => address.endsWith("1"),
};
