import type { ApiDeps, ProtocolForOperators } from "../deps.js";
import type { DocumentKind } from "./kind.js";
import { artifactDocumentKind } from "./kinds/artifact.js";
import { autosignRuleKind } from "./kinds/autosign-rule.js";
import { enrolmentKeyKind } from "./kinds/enrolment-key.js";

export interface KindDeps {
  readonly protocols: readonly ProtocolForOperators[];
  readonly autosign: Pick<ApiDeps["autosign"], "configured" | "check">;
}

/** Every kind of document, in the order in which they are written. */
export function documentKinds({ protocols, autosign }: KindDeps): DocumentKind[] {
  return [
    enrolmentKeyKind(protocols),
    ...protocols.flatMap(({ artifactKinds }) => artifactKinds.flatMap((kind) => artifactDocumentKind(kind) ?? [])),
    autosignRuleKind(autosign),
  ];
}
