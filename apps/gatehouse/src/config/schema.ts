import { VOLATILE_FACT } from "@gatehouse/core/facts";
import { dscConfigSchema } from "@gatehouse/dsc/config";
import { fusionInventoryConfigSchema } from "@gatehouse/fusioninventory/config";
import { glpiConfigSchema } from "@gatehouse/glpi/config";
import { admissionClasses } from "@gatehouse/http/config";
import { unprovenPolicies } from "@gatehouse/inventory/config";
import { puppetConfigSchema } from "@gatehouse/puppet/config";
import { INDEXED_FACT } from "@gatehouse/store/config";
import { authoritySchema } from "./authority.js";
import { compilerSchema } from "./compiler.js";
import { listenerSchema } from "./listener.js";

export { mountable } from "./listener.js";

const seconds = (description: string, value: number, minimum = 1) => ({
  type: "integer",
  description,
  minimum,
  default: value,
});
const days = (description: string, value: number, minimum = 0) => ({
  type: "integer",
  description,
  minimum,
  maximum: 36_500,
  default: value,
});
const requests = { "check-in": 400, content: 100, submission: 200, operator: 50, platform: 100 } as const;

/** The whole configuration, assembled from the packages' own parts. */
export const configSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    dataDir: {
      type: "string",
      description: "Folder of the embedded database, the instance key, caches.",
      default: "./data",
    },
    instanceKeyFile: { type: "string", description: "The instance key; required with a database of your own." },
    serverNames: {
      type: "array",
      description: "Names and addresses that agents call this gateway by, for the certificate.",
      items: { type: "string", minLength: 1, maxLength: 253 },
      default: [],
    },
    database: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        url: { type: "string", description: "postgresql://… ; without one the embedded database is used." },
        poolSize: { type: "integer", minimum: 2, maximum: 200, default: 10 },
      },
    },
    log: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        level: { enum: ["error", "warn", "info", "debug"], default: "info" },
        format: {
          enum: ["auto", "json", "text"],
          description: "auto: text on a terminal, JSON elsewhere.",
          default: "auto",
        },
      },
    },
    listeners: {
      type: "array",
      minItems: 1,
      items: listenerSchema,
      default: [
        { address: "0.0.0.0:8140", tls: "own" },
        { address: "0.0.0.0:8080", tls: "off", mounts: ["dsc", "inventory", "platform"] },
      ],
    },
    http: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        idleSeconds: seconds(
          "A kept connection is closed after this long without a request: an LCM comes back to it after applying.",
          120,
        ),
        requestSeconds: seconds("A request's head and body must have arrived after this long.", 600),
        drainSeconds: seconds("At a stop, requests under way get this long.", 20),
        connectionClose: { type: "boolean", description: "Close the connection after every answer.", default: false },
      },
    },
    admission: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        bodyBytes: {
          type: "integer",
          description: "Bytes of request bodies held in memory at once.",
          minimum: 1 << 20,
          default: 256 << 20,
        },
        requests: {
          type: "object",
          additionalProperties: false,
          default: {},
          properties: Object.fromEntries(
            admissionClasses.map((name) => [name, { type: "integer", minimum: 1, default: requests[name] }]),
          ),
        },
      },
    },
    inbox: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        workers: {
          type: "integer",
          description: "Batches of submissions that this gateway processes at once; each takes a connection.",
          minimum: 1,
          maximum: 16,
          default: 2,
        },
        timeoutSeconds: seconds("Processing one large submission may take this long; then it is a dead letter.", 30),
        heapMb: {
          type: "integer",
          description: "MiB of memory that processing a large submission may take; then it is a dead letter.",
          minimum: 64,
          default: 512,
        },
      },
    },
    retention: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        reportDays: days("Reports, their resources' lines and the bytes they came in are kept this long.", 30, 1),
        historyDays: days("What changed in a node's facts is kept this long.", 90, 1),
        bucketDays: days(
          "A file that an agent backed up is kept this long after it was last backed up; 0: for ever.",
          90,
        ),
        catalogs: {
          type: "integer",
          description: "So many of the catalogs that each Puppet agent got last are kept, and of its failures.",
          minimum: 1,
          maximum: 1000,
          default: 20,
        },
        environmentDays: days(
          "A version of an environment that agents do not get any more is kept this long, and the five newest always; 0: for ever.",
          90,
        ),
        exchangeDays: days("Recorded exchanges are kept this long.", 7, 1),
        exchangeMegabytes: {
          type: "integer",
          description: "Recorded exchanges take this much at the most, in 2^20 bytes; the oldest go first.",
          minimum: 1,
          maximum: 1_048_576,
          default: 2048,
        },
        deadLetterDays: days("Dead letters that nobody re-drove are kept this long; 0: for ever.", 90),
        auditDays: days("The audit trail is kept this long; 0: for ever.", 0),
      },
    },
    history: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        volatile: {
          type: "array",
          description:
            "Facts that change all the time and are no history, besides the known ones: parts joined by dots, `*` for any one; what is below is volatile too.",
          items: { type: "string", pattern: VOLATILE_FACT },
          maxItems: 256,
          uniqueItems: true,
          default: [],
        },
      },
    },
    nodes: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        expireAfterDays: days(
          "A node whose agents were silent this long is shown as expired, until one calls again; one in quarantine is deleted then. 0: never.",
          30,
        ),
        purgeAfterDays: days("An expired or deactivated node is deleted after this long; 0: never.", 0),
      },
    },
    search: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        indexed: {
          type: "array",
          description: "Facts that lists of nodes are searched by fast and can be sorted by, such as `os.family`.",
          items: { type: "string", pattern: INDEXED_FACT },
          maxItems: 32,
          uniqueItems: true,
          default: [],
        },
      },
    },
    ca: authoritySchema,
    dsc: { ...dscConfigSchema, default: {} },
    inventory: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        prefixes: {
          type: "array",
          description: "Paths below which all that inventory agents call is served too, as it is without one.",
          items: { type: "string", pattern: "^(?:/[A-Za-z0-9._~-]+)+$", maxLength: 199 },
          maxItems: 32,
          default: ["/glpi"],
        },
        unproven: {
          enum: unprovenPolicies,
          description:
            "What happens to inventory agents that prove nothing, where no group says otherwise: allow; quarantine: new ones wait for an operator; refuse.",
          default: "allow",
        },
      },
    },
    glpi: { ...glpiConfigSchema, default: {} },
    fusioninventory: { ...fusionInventoryConfigSchema, default: {} },
    jobs: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        allowUnproven: {
          type: "boolean",
          description:
            "Credentials, and jobs that run code, go also to agents that show no certificate of ours: whoever knows an agent's name gets them.",
          default: false,
        },
        mostWaiting: {
          type: "integer",
          description:
            "Inventory agents that wait at this gateway at once until they are woken (FusionInventory's `wait`); each is an open connection. More are told to come again.",
          minimum: 0,
          maximum: 1_000_000,
          default: 20_000,
        },
        wakeLoopback: {
          type: "boolean",
          description:
            "Agents are woken by their own port also at addresses of this machine and of its nearest neighbours (loopback, link-local), which anybody could name who calls from there: for labs.",
          default: false,
        },
      },
    },
    puppet: {
      ...puppetConfigSchema,
      properties: { ...puppetConfigSchema.properties, compiler: compilerSchema },
      default: {},
    },
  },
} as const;
