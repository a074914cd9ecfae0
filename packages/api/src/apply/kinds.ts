import type { Clock } from "@gatehouse/core/clock";
import type { ContentStore } from "@gatehouse/core/content";
import type { AuthorizationForOperators } from "../authorization.js";
import type { ApiDeps, ProtocolForOperators } from "../deps.js";
import { groupChecks } from "../groups.js";
import type { DocumentKind } from "./kind.js";
import { agentLoginKind } from "./kinds/agent-login.js";
import { apiTokenKind } from "./kinds/api-token.js";
import { artifactDocumentKind } from "./kinds/artifact.js";
import { authorizationRuleKind } from "./kinds/authorization-rule.js";
import { autosignRuleKind } from "./kinds/autosign-rule.js";
import { credentialKind } from "./kinds/credential.js";
import { enrolmentKeyKind } from "./kinds/enrolment-key.js";
import { environmentKind, type ReadyEnvironments } from "./kinds/environment.js";
import { groupKind } from "./kinds/group.js";
import { jobKind } from "./kinds/job.js";
import { packageKind } from "./kinds/package.js";
import { recordingKind } from "./kinds/recording.js";
import { registrationTokenKind } from "./kinds/registration-token.js";

/** What kinds need to know beside the ports. */
export interface KindDeps {
  readonly protocols: readonly ProtocolForOperators[];
  readonly autosign: Pick<ApiDeps["autosign"], "configured" | "check">;
  readonly authorization: Pick<AuthorizationForOperators, "rules">;
  readonly clock: Clock;
  /** Where the lists of folders are, on a gateway. */
  readonly content: Pick<ContentStore, "open">;
  /** On a gateway. */
  readonly environments?: ReadyEnvironments;
}

/** Every kind of document, in the order in which they are written. */
export function documentKinds({
  protocols,
  autosign,
  authorization,
  clock,
  content,
  environments,
}: KindDeps): DocumentKind[] {
  return [
    enrolmentKeyKind(protocols),
    agentLoginKind(),
    registrationTokenKind(() => clock.now()),
    apiTokenKind(() => clock.now()),
    credentialKind(),
    ...protocols.flatMap(({ artifactKinds }) => artifactKinds.flatMap((kind) => artifactDocumentKind(kind) ?? [])),
    environmentKind(content, environments),
    packageKind(content),
    groupKind(groupChecks(protocols)),
    autosignRuleKind(autosign),
    authorizationRuleKind(protocols, authorization),
    // When all that they name is there.
    recordingKind(),
    jobKind(),
  ];
}
