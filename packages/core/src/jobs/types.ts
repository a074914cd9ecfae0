/** What a job may be, by the agent's task that does it. `wake`: the agent is to come now, and run these tasks. */
export const jobTasks = ["deploy", "collect", "esx", "netdiscovery", "netinventory", "wakeonlan", "wake"] as const;
export type JobTask = (typeof jobTasks)[number];

/**
 * prepared: not handed over yet; sent: handed over, and the agent said nothing of it; running; then how it ended. skipped: the
 * agent found that there was nothing to do; timed-out: it was not taken, or not ended, in its time.
 */
export const jobStates = ["prepared", "sent", "running", "ok", "ko", "skipped", "cancelled", "timed-out"] as const;
export type JobState = (typeof jobStates)[number];
export type OpenJobState = Extract<JobState, "prepared" | "sent" | "running">;
export type EndedJobState = Exclude<JobState, OpenJobState>;

export interface DeploySpec {
  readonly package: string;
  /** Of an order that was made: always there. */
  readonly version?: number;
}

/** One look at the machine (wire/fusioninventory.md section 5). */
export type CollectStep =
  | {
      readonly function: "findFile";
      readonly dir: string;
      readonly limit: number;
      readonly recursive: boolean;
      readonly filter: {
        readonly is_file: boolean;
        readonly is_dir: boolean;
        readonly regex?: string;
        readonly name?: string;
        readonly iname?: string;
        readonly sizeEquals?: number;
        readonly sizeGreater?: number;
        readonly sizeLower?: number;
        readonly checkSumSHA512?: string;
        readonly checkSumSHA2?: string;
      };
    }
  /** `HKEY_LOCAL_MACHINE/…`: a key, a value, or all of a key's with `*`. */
  | { readonly function: "getFromRegistry"; readonly path: string }
  | {
      readonly function: "getFromWMI";
      readonly class: string;
      readonly properties: readonly string[];
      readonly moniker?: string;
    };

export interface CollectSpec {
  readonly steps: readonly CollectStep[];
}

/** A host, or what manages many of them (vCenter), that the agent asks for its inventory. */
export interface EsxSpec {
  readonly host: string;
  /** The name of a stored credential of kind `password`. */
  readonly credential: string;
}

/** SNMP of version 3; a stored credential has the user and the passphrase of its authentication. */
export interface SnmpV3 {
  readonly authProtocol?: "md5" | "sha" | "sha224" | "sha256" | "sha384" | "sha512";
  readonly privProtocol?: "des" | "aes" | "aes192" | "aes256" | "3des";
  /** The name of a stored credential whose secret is the passphrase of its privacy. */
  readonly privCredential?: string;
}

/** How the agent gets in by SNMP. */
export interface SnmpAccess extends SnmpV3 {
  readonly version: "1" | "2c" | "3";
  /** The name of a stored credential: of kind `snmp-community`, of version 3 of kind `password`. */
  readonly credential: string;
}

export interface NetDiscoverySpec {
  /** First and last address of each range. */
  readonly ranges: readonly {
    readonly start: string;
    readonly end: string;
    readonly entity?: string;
    /** Such as `161,1161`. */
    readonly port?: string;
    /** Such as `udp/ipv4,tcp/ipv4`. */
    readonly protocol?: string;
  }[];
  /** Tried in this order. */
  readonly access?: readonly SnmpAccess[];
  readonly threads?: number;
  /** Seconds for each address. */
  readonly timeout?: number;
}

export const networkTypes = ["COMPUTER", "NETWORKING", "PRINTER", "STORAGE", "POWER", "PHONE", "VIDEO", "KVM"] as const;

export interface NetInventorySpec {
  readonly devices: readonly {
    readonly ip: string;
    readonly type: (typeof networkTypes)[number];
    /** The place in `access`, from 0; the first unless said. */
    readonly access?: number;
    readonly port?: number;
    readonly protocol?: "udp/ipv4" | "udp/ipv6" | "tcp/ipv4" | "tcp/ipv6";
  }[];
  readonly access: readonly SnmpAccess[];
  readonly threads?: number;
  readonly timeout?: number;
}

export interface WakeOnLanSpec {
  readonly targets: readonly { readonly mac: string; readonly ip?: string }[];
}

export interface WakeSpec {
  /** What the agent is to run, in this order, in its own words or older ones, such as `inventory` (decisions, row 26). */
  readonly tasks: readonly string[];
}

/** What is to be done. */
export type JobWork =
  | { readonly task: "deploy"; readonly spec: DeploySpec }
  | { readonly task: "collect"; readonly spec: CollectSpec }
  | { readonly task: "esx"; readonly spec: EsxSpec }
  | { readonly task: "netdiscovery"; readonly spec: NetDiscoverySpec }
  | { readonly task: "netinventory"; readonly spec: NetInventorySpec }
  | { readonly task: "wakeonlan"; readonly spec: WakeOnLanSpec }
  | { readonly task: "wake"; readonly spec: WakeSpec };

/** For whom. */
export type JobTarget = { readonly nodes: readonly string[] } | { readonly group: string };

/** What an operator wants done: it makes a job for one agent of each node, once. */
export interface NewOrder {
  /** Unique among orders that have one: for files that describe a fleet. */
  readonly name?: string;
  readonly work: JobWork;
  /** Ids of nodes, or a group as it is now. */
  readonly target: JobTarget;
  readonly notBefore?: Date;
  /** Jobs are not all due at once: this many in a minute, from `notBefore` on, in the order of their nodes' names. */
  readonly perMinute?: number;
  /** Seconds from when it is due after which a job that nobody took has timed out: 30 days unless said, of a wake one. */
  readonly waitSeconds?: number;
  /** Seconds of silence after which a job that was sent, or runs, has timed out. */
  readonly silenceSeconds?: number;
  /** The agents are woken when their jobs are due. */
  readonly wake?: boolean;
}

export interface JobOrder
  extends Omit<NewOrder, "name" | "notBefore" | "perMinute" | "waitSeconds" | "silenceSeconds"> {
  readonly id: string;
  readonly name: string | null;
  readonly notBefore: Date | null;
  readonly perMinute: number | null;
  readonly waitSeconds: number;
  readonly silenceSeconds: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Its jobs by their state; wakes that come with them do not count. */
  readonly counts: Readonly<Partial<Record<JobState, number>>>;
}

/** A node that an order makes no job for, and why. */
export interface LeftNode {
  readonly nodeId: string;
  readonly name: string;
  readonly why: "no-agent" | "not-active";
}

export interface CreatedOrder {
  readonly order: JobOrder;
  readonly jobs: number;
  /** At most 100 of those that got none. */
  readonly left: readonly LeftNode[];
  readonly leftCount: number;
}

/** A job as it is stored. */
export interface Job {
  /** Random: who knows it may speak of it where a protocol tells nothing else. */
  readonly id: string;
  /** For protocols that name jobs by a number. */
  readonly number: number;
  readonly orderId: string;
  readonly agentId: string;
  readonly nodeId: string;
  readonly work: JobWork;
  readonly state: JobState;
  readonly dueAt: Date;
}

/** A job as operators see it. */
export interface JobView extends Job {
  readonly nodeName: string;
  readonly orderName: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly sentAt: Date | null;
  /** How often it was handed over: again where no word of it came. */
  readonly timesSent: number;
  readonly startedAt: Date | null;
  readonly heardAt: Date | null;
  readonly endedAt: Date | null;
  /** Of one that ended: why, as far as it is known. */
  readonly reason: string | null;
  /** Of one that waits: why its agent has not taken it yet. */
  readonly waitsBecause: WaitReason | null;
}

/** Why an agent has not taken a job, as a code and a sentence. */
export interface WaitReason {
  readonly code:
    | "not-due"
    | "not-seen-since"
    | "node-not-active"
    | "quarantined"
    | "module-missing"
    | "task-off"
    | "not-proven"
    | "not-asked"
    | "no-answer";
  readonly text: string;
}

/** How one line of a job's story came out; null where the agent says none. */
export const jobEventStatuses = ["ok", "ko", "warning", "info", "ignore"] as const;
export type JobEventStatus = (typeof jobEventStatuses)[number];

/** One thing that was said of a job, by its agent or by us. */
export interface JobEventSaid {
  /** The agent's step, such as `checking`; null at the end, and for what we say. */
  readonly step: string | null;
  /** What it is about, such as `check 1`, `action 2`, `file setup.exe`, `answer`; null: the job. */
  readonly about: string | null;
  readonly status: JobEventStatus | null;
  readonly message: string | null;
  /** What it brought, named by whoever sent it: data, and nothing else. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface JobEvent extends JobEventSaid {
  readonly seq: number;
  readonly at: Date;
  readonly by: "agent" | "gatehouse" | "operator";
}

export interface JobEventPage {
  readonly events: readonly JobEvent[];
  readonly next: string | null;
}

export interface JobFilter {
  readonly orderId?: string;
  readonly nodeId?: string;
  readonly state?: JobState;
  readonly task?: JobTask;
}

/** How much work there is, of all orders; wakes do not count. */
export interface JobCounts {
  /** Those that have not ended. */
  readonly open: Readonly<Partial<Record<OpenJobState, number>>>;
  /** Those that ended since a time. */
  readonly ended: Readonly<Partial<Record<EndedJobState, number>>>;
  /** Of the open ones: those that their agents asked for without a proof of who they are. */
  readonly unproven: number;
}

export interface JobPage {
  readonly jobs: readonly JobView[];
  readonly next: string | null;
}

export interface OrderPage {
  readonly orders: readonly JobOrder[];
  readonly next: string | null;
}
