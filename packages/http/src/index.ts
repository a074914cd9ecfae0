export { AddressList, plainAddress } from "./addresses.js";
export {
  Admission,
  type AdmissionClass,
  type AdmissionLimits,
  admissionClasses,
  jitteredRetryAfter,
} from "./admission.js";
export type { AgentBody } from "./agent-body/index.js";
export {
  type AgentAnswer,
  type AgentDialect,
  type AgentMessage,
  type AgentMessagesDeps,
  agentMessagesTable,
  calledBelow,
  createAgentMessagesRouter,
  createProofOf,
  createTokenEndpoint,
  errorMessage,
  FailedProofs,
  isPartPath,
  isYaml,
  networkOf,
  type OpenEnvelope,
  type OpenedEnvelope,
  type ReadyAnswer,
  strongest,
  syntaxExpected,
  xmlError,
} from "./agent-messages/index.js";
export { readBody, tooLarge } from "./body.js";
export { noteCaller } from "./caller.js";
export { announceSource, isFromTrustedProxy, trustProxies } from "./connection.js";
export { ConnectionsBySerial } from "./connections-by-serial.js";
export { maskedHeaders, maskedUrl, type ShownBody, shownBody } from "./exchange-text/index.js";
export { type HealthDeps, healthTable } from "./health.js";
export type { Log } from "./log.js";
export { Counter, createHttpMetrics, Gauge, type HttpMetrics, Registry } from "./metrics.js";
export { cameByTls, originOf } from "./origin.js";
export { noPeer, type Peer, type PeerIdentity, type UnverifiedPeer, type VerifiedPeer } from "./peer.js";
export { createPeerIdentity, type PeerIdentityDeps } from "./peer-identity.js";
export { limitPerName, type PerName } from "./per-name.js";
export { observedAddress, remoteAddressOf, stripProxyHeaders } from "./proxy-headers.js";
export { bytesOf, type FileBody, type HeldBody, type Reply, sendReply } from "./reply.js";
export type { Access, Authenticate, FailedCall, Handler, RouteRequest, RouteRow, RouteTable } from "./route-table.js";
export { createRouter, pick, type RouterDeps, tableOf } from "./router.js";
export { type CertificateRules, serialOf, thumbprintOf } from "./standing.js";
export { withUpload } from "./upload.js";
