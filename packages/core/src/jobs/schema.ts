import { networkTypes } from "./types.js";

const text = (description: string, maxLength = 1000) => ({ type: "string", description, minLength: 1, maxLength });
const object = (required: readonly string[], properties: object) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});
const list = (description: string, items: object, maxItems: number, minItems = 1) => ({
  ...{ type: "array", description, items, minItems, maxItems },
});
const count = (description: string, minimum: number, maximum: number) => ({
  ...{ type: "integer", description, minimum, maximum },
});
const credential = text("The name of a stored credential.", 100);

const access = list(
  "How the agent gets in by SNMP; tried in this order.",
  object(["version", "credential"], {
    version: { enum: ["1", "2c", "3"], description: "Of SNMP." },
    credential,
    authProtocol: { enum: ["md5", "sha", "sha224", "sha256", "sha384", "sha512"], description: "Of version 3." },
    privProtocol: { enum: ["des", "aes", "aes192", "aes256", "3des"], description: "Of version 3." },
    privCredential: text("The name of a stored credential: the passphrase of version 3's privacy.", 100),
  }),
  20,
);
const threads = count("Addresses that it looks at at once.", 1, 200);
const timeout = count("Seconds for each address.", 1, 3600);
const address = text("An address.", 45);

/** JSON Schema (draft 2020-12) of each task's spec, for APIs and files. */
export const jobSpecSchemas = {
  deploy: object(["package"], {
    package: text("A published package.", 100),
    version: count("Of the package; the newest unless said.", 1, 1_000_000_000),
  }),
  collect: object(["steps"], {
    steps: list(
      "What the agent looks for.",
      {
        oneOf: [
          object(["function", "dir", "limit", "recursive", "filter"], {
            function: { const: "findFile" },
            dir: text("The folder."),
            limit: count("Files at the most.", 1, 10_000),
            recursive: { type: "boolean", description: "Folders in it too." },
            filter: object(["is_file", "is_dir"], {
              is_file: { type: "boolean", description: "Files." },
              is_dir: { type: "boolean", description: "Folders." },
              regex: text("The path fits this pattern."),
              name: text("The name."),
              iname: text("The name, without regard to case."),
              sizeEquals: count("Bytes.", 0, Number.MAX_SAFE_INTEGER),
              sizeGreater: count("Bytes.", 0, Number.MAX_SAFE_INTEGER),
              sizeLower: count("Bytes.", 0, Number.MAX_SAFE_INTEGER),
              checkSumSHA512: text("Of the content, in hex.", 128),
              checkSumSHA2: text("SHA-256 of the content, in hex.", 64),
            }),
          }),
          object(["function", "path"], {
            function: { const: "getFromRegistry" },
            path: text("Such as HKEY_LOCAL_MACHINE/SOFTWARE/Vendor/*."),
          }),
          object(["function", "class", "properties"], {
            function: { const: "getFromWMI" },
            class: text("Of WMI.", 200),
            properties: list("Their names.", text("A property.", 200), 100),
            moniker: text("The namespace.", 500),
          }),
        ],
      },
      100,
    ),
  }),
  esx: object(["host", "credential"], { host: text("A host or a vCenter: a name or an address.", 255), credential }),
  netdiscovery: object(["ranges"], {
    ranges: list(
      "Addresses that are looked at.",
      object(["start", "end"], {
        start: address,
        end: address,
        entity: text("Comes back with what is found.", 100),
        port: text("Of SNMP, such as 161,1161.", 100),
        protocol: text("Of SNMP, such as udp/ipv4,tcp/ipv4.", 100),
      }),
      100,
    ),
    access: { ...access, minItems: 0 },
    threads,
    timeout,
  }),
  netinventory: object(["devices", "access"], {
    devices: list(
      "What is looked at.",
      object(["ip", "type"], {
        ip: address,
        type: { enum: networkTypes, description: "What it is." },
        access: count("The place in `access`, from 0.", 0, 19),
        port: count("Of SNMP.", 1, 65_535),
        protocol: { enum: ["udp/ipv4", "udp/ipv6", "tcp/ipv4", "tcp/ipv6"], description: "Of SNMP." },
      }),
      1000,
    ),
    access,
    threads,
    timeout,
  }),
  wakeonlan: object(["targets"], {
    targets: list(
      "Machines that the agent switches on.",
      object(["mac"], {
        mac: { type: "string", description: "Its address.", pattern: "^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}$" },
        ip: address,
      }),
      1000,
    ),
  }),
  wake: object(["tasks"], {
    tasks: list(
      "What the agent runs then, in this order.",
      { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_-]{0,49}$" },
      20,
    ),
  }),
} as const;
