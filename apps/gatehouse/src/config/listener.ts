import { GatehouseError } from "@gatehouse/core/errors";
import { AddressList } from "@gatehouse/http/config";
import { type UnprovenPolicy, unprovenPolicies } from "@gatehouse/inventory/config";

/** What a listener may mount; `inventory` is what GLPI, FusionInventory and OCS agents call, `platform` is /healthz, /readyz and /metrics. */
export const mountable = ["dsc", "puppet", "inventory", "api", "platform"] as const;
export type Mount = (typeof mountable)[number];

/** A further certificate of a listener, for clients that ask for one of its names. */
export interface ListenerCertificate {
  readonly tls: "own" | "files";
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** One listener. What may be left out here counts as the schema's default. */
export interface ListenerConfig {
  readonly address: string;
  readonly tls: "off" | "own" | "files";
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly certificates?: readonly ListenerCertificate[];
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  readonly requestClientCertificate: boolean;
  readonly announceAuthority?: boolean;
  readonly proxyProtocol?: "off" | "required";
  readonly trustedProxies?: readonly string[];
  readonly clientCertificateHeaders?: boolean;
  readonly mounts: readonly Mount[];
  readonly unproven?: UnprovenPolicy;
}

const certFile = { type: "string", description: "PEM: the certificate and its chain." } as const;
const keyFile = { type: "string", description: "PEM: its private key." } as const;

export const listenerSchema = {
  type: "object",
  additionalProperties: false,
  required: ["address"],
  properties: {
    address: {
      type: "string",
      description: "HOST:PORT; port 0 takes a free one.",
      pattern: "^(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+\\]):[0-9]{1,5}$",
    },
    tls: {
      enum: ["off", "own", "files"],
      description: "own: the gateway's certificate; files: certFile and keyFile.",
      default: "own",
    },
    certFile,
    keyFile,
    certificates: {
      type: "array",
      description: "Further certificates, shown to clients that ask for one of their names.",
      items: {
        type: "object",
        additionalProperties: false,
        properties: { tls: { enum: ["own", "files"], default: "files" }, certFile, keyFile },
      },
      default: [],
    },
    minVersion: { enum: ["TLSv1.2", "TLSv1.3"], description: "Least TLS version.", default: "TLSv1.2" },
    requestClientCertificate: {
      type: "boolean",
      description: "Ask for a certificate; none is required.",
      default: true,
    },
    announceAuthority: {
      type: "boolean",
      description: "Name the authority when asking for certificates; see below before you do.",
      default: false,
    },
    proxyProtocol: {
      enum: ["off", "required"],
      description: "required: every connection begins with a PROXY protocol header, version 1 or 2.",
      default: "off",
    },
    trustedProxies: {
      type: "array",
      description:
        "Addresses and networks that are believed when they speak of their clients, in headers or by PROXY protocol.",
      items: { type: "string" },
      default: [],
    },
    clientCertificateHeaders: {
      type: "boolean",
      description: "Believe the trusted proxies' X-Client-* too, which say who a client is; see below before you do.",
      default: false,
    },
    mounts: { type: "array", items: { enum: mountable }, uniqueItems: true, default: [...mountable] },
    unproven: {
      enum: unprovenPolicies,
      description:
        "What happens at least to inventory agents that prove nothing and call here: allow, quarantine or refuse; no group is milder.",
      default: "allow",
    },
  },
} as const;

/** What the schema cannot say of a listener. @throws config-invalid */
export function checkListener(listener: ListenerConfig): void {
  const { address, tls, certificates = [], proxyProtocol, trustedProxies = [], clientCertificateHeaders } = listener;
  const refuse = (why: string): never => {
    throw new GatehouseError("config-invalid", `The listener ${address} ${why}.`);
  };
  const lacksFiles = (shown: { tls: string; certFile?: string; keyFile?: string }) =>
    shown.tls === "files" && (shown.certFile === undefined || shown.keyFile === undefined);
  if (lacksFiles(listener)) refuse("has tls: files, and no certFile and keyFile");
  if (certificates.some(lacksFiles)) refuse("has a further certificate without certFile and keyFile");
  if (tls === "off" && certificates.length > 0) refuse("has certificates, and tls: off");
  try {
    new AddressList(trustedProxies);
  } catch (thrown) {
    refuse(`has trustedProxies that cannot be read: ${(thrown as Error).message}`);
  }
  // Else whoever reaches the port says where he comes from.
  if (proxyProtocol === "required" && trustedProxies.length === 0) {
    refuse("has proxyProtocol: required, and no trustedProxies: whose word is to be taken?");
  }
  if (clientCertificateHeaders && trustedProxies.length === 0) {
    refuse("has clientCertificateHeaders, and no trustedProxies: whose word is to be taken?");
  }
}
