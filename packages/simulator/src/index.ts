export type { ClientStatus, DscAction, NodeStatus } from "./action.js";
export type { Download } from "./download.js";
export { LcmError, type LcmErrorKind } from "./errors.js";
export type { Flavour } from "./flavour.js";
export { type DscFleetOptions, simulateDscFleet } from "./fleet.js";
export type { FleetFailure, FleetSummary } from "./fleet-summary.js";
export { FusionRestAgent } from "./fusion/agent.js";
export type { FusionIdentity } from "./fusion/certificate.js";
export type { FusionConfig, HttpdConfig, ScheduleEntry } from "./fusion/config.js";
export { type CommandRunner, pretendCommand, runCommand } from "./fusion/deploy/command.js";
export type { DeployPlace } from "./fusion/deploy/place.js";
export { Sandbox } from "./fusion/deploy/sandbox.js";
export { findFilesIn } from "./fusion/find-files.js";
export { type FusionFleetOptions, simulateFusionFleet } from "./fusion/fleet.js";
export { type PretendedMachine, pretendedMachine } from "./fusion/machine.js";
export type { FusionRestAgentOptions } from "./fusion/options.js";
export type { FusionJob, FusionRun } from "./fusion/run.js";
export type { FusionFleetSummary } from "./fusion/summary.js";
export type {
  InventoryAgent,
  InventoryAgentOptions,
  InventoryProgram,
  InventoryRun,
} from "./inventory/agent.js";
export type { InventoryAnswer, InventoryLogin, InventoryTls } from "./inventory/connection.js";
export { InventoryAgentError, type InventoryAgentErrorKind } from "./inventory/errors.js";
export { type InventoryFleetOptions, simulateInventoryFleet } from "./inventory/fleet.js";
export { FusionAgent } from "./inventory/fusion-agent.js";
export { GlpiAgent, type GlpiAgentOptions } from "./inventory/glpi-agent.js";
export { OcsAgent } from "./inventory/ocs-agent.js";
export { type SampleInventory, sampleInventory } from "./inventory/sample-inventory.js";
export type { InventoryFleetFailure, InventoryFleetSummary } from "./inventory/summary.js";
export { Lcm } from "./lcm.js";
export type { LcmOptions } from "./lcm-options.js";
export type { LcmRun } from "./lcm-state.js";
export { decodeMof, type ModuleReference, type MofInstance, moduleReferences, parseMof } from "./mof.js";
export { PuppetAgent, type PuppetAgentOptions, type PuppetRun } from "./puppet/agent.js";
export type { Outcome } from "./puppet/apply.js";
export type { Catalog, Resource } from "./puppet/catalog.js";
export { ATTRIBUTE, certificateRequest } from "./puppet/certificate-request.js";
export type { PuppetAnswer } from "./puppet/connection.js";
export type { Identity } from "./puppet/enrolment.js";
export { PuppetAgentError, type PuppetAgentErrorKind } from "./puppet/errors.js";
export { factsOf, type PuppetFacts } from "./puppet/facts.js";
export { type PuppetFleetOptions, simulatePuppetFleet } from "./puppet/fleet.js";
export { type ReportInput, reportOf } from "./puppet/report.js";
export type { PuppetFleetFailure, PuppetFleetSummary } from "./puppet/summary.js";
export type { PuppetVersion } from "./puppet/version.js";
export { RegisterAgent, type RegisterAgentOptions, type Registration } from "./register/agent.js";
export { bytesOfUuid, uuidOfBytes } from "./register/block.js";
export { answerTo, keyIn, provesServer, serverSecretIn } from "./register/challenge.js";
export type { CommunicationKey } from "./register/channel.js";
export { type FrameBinding, openFrame, sealFrame } from "./register/frame.js";
export {
  garbled,
  jsonIn,
  ManInTheMiddle,
  type SeenAnswer,
  type SeenRequest,
  swappedHalves,
  withJson,
} from "./register/middle.js";
export { RegisterProxy, type RegisterProxyOptions } from "./register/proxy.js";
export type { Misbehaviour } from "./register/validation.js";
export { REGISTRATION_TYPES, type RegistrationMessageType } from "./registration.js";
export type { Report } from "./report.js";
export { type SampleConfigurationOptions, sampleConfiguration } from "./sample-configuration.js";
export { sampleModule } from "./sample-module.js";
export { checksumOf, signRegistration } from "./signature.js";
export type { LcmAnswer, LcmTls } from "./transport.js";
