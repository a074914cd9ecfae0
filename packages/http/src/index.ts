export {
  Admission,
  type AdmissionClass,
  type AdmissionLimits,
  admissionClasses,
  jitteredRetryAfter,
} from "./admission.js";
export { readBody, tooLarge } from "./body.js";
export { type HealthDeps, healthTable } from "./health.js";
export type { Log } from "./log.js";
export { Counter, createHttpMetrics, Gauge, type HttpMetrics, Registry } from "./metrics.js";
export { originOf } from "./origin.js";
export { noPeer, type Peer, type PeerIdentity, type UnverifiedPeer, type VerifiedPeer } from "./peer.js";
export { bytesOf, type FileBody, type Reply, sendReply } from "./reply.js";
export type { Access, Authenticate, Handler, RouteRequest, RouteRow, RouteTable } from "./route-table.js";
export { createRouter, pick, type RouterDeps, tableOf } from "./router.js";
