import type { ApiTokens, AuthorizationRules } from "@gatehouse/core/access";
import type { AppliedDocument, AppliedDocuments } from "@gatehouse/core/apply";
import type { AuditLog } from "@gatehouse/core/audit";
import type { AutosignRules } from "@gatehouse/core/certificates";
import type { ArtifactKind, BlobRef, ContentStore } from "@gatehouse/core/content";
import type { Credentials } from "@gatehouse/core/credentials";
import type { AgentLogins, EnrolmentKeys, RegistrationTokens } from "@gatehouse/core/enrolment";
import type { Environments } from "@gatehouse/core/environments";
import type { Recordings } from "@gatehouse/core/exchanges";
import type { Groups } from "@gatehouse/core/groups";
import type { Jobs } from "@gatehouse/core/jobs";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import type { Packages } from "@gatehouse/core/packages";
import type { JsonSchema } from "../operation/schema.js";

/** One thing as a file describes it, checked against its kind. */
export interface Document<Spec = Readonly<Record<string, unknown>>> {
  /** Its place in the request. */
  readonly index: number;
  readonly kind: string;
  readonly name: string;
  readonly spec: Spec;
}

/** Something that does not fit. */
export interface Fault {
  /** The document's place in the request. */
  readonly index: number;
  /** A JSON pointer within the document, such as `/spec/key`. */
  readonly pointer: string;
  /** One sentence, without the value that is there: it may be a secret. */
  readonly message: string;
  /** Another document that it is about. */
  readonly other?: number;
}

/** What stands beside the documents. */
export interface Given {
  /** By {@link secretId}. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Content by the path that documents name it by. */
  readonly files: ReadonlyMap<string, BlobRef>;
}

/** Where a secret is: documents never hold one. */
export type SecretSource = { readonly env: string } | { readonly file: string };

/** What a kind finds in a document that fits its schema. */
export interface Findings {
  readonly faults?: readonly Omit<Fault, "index">[];
  readonly warnings?: readonly string[];
}

/** The ports that documents are written through, all in one transaction. */
export interface ApplyPorts {
  readonly keys: EnrolmentKeys;
  readonly logins: Pick<AgentLogins, "add" | "list" | "revoke" | "verify">;
  readonly registrationTokens: RegistrationTokens;
  readonly tokens: ApiTokens;
  readonly content: Pick<ContentStore, "publish" | "withdraw" | "list" | "versions">;
  readonly autosign: AutosignRules;
  readonly authorizationRules: Pick<AuthorizationRules, "list" | "put" | "remove" | "identities">;
  readonly credentials: Credentials;
  readonly groups: Pick<Groups, "change" | "get" | "list">;
  readonly environments: Pick<Environments, "deploy" | "identities" | "isCurrent" | "versions" | "withdraw">;
  readonly packages: Pick<Packages, "identities" | "isCurrent" | "list" | "publish" | "withdraw">;
  readonly jobs: Pick<Jobs, "cancel" | "create" | "identities" | "order">;
  readonly recordings: Pick<Recordings, "add" | "list" | "stop">;
  readonly registry: Pick<NodeRegistry, "find">;
  readonly applied: AppliedDocuments;
  readonly audit: AuditLog;
}

/** One field that changes; both sides are left out of what is secret. */
export interface FieldChange {
  /** Such as `settings.dsc.configurations`. */
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly secret?: boolean;
}

/** One apply, as a kind sees it. */
export interface ApplyWork {
  readonly ports: ApplyPorts;
  readonly given: Given;
  readonly actor: string;
  /** Everything is undone, and content may not have been sent. */
  readonly dryRun: boolean;
  /** Digests of content that is here: in a dry run it may be on its way only. */
  readonly stored: ReadonlySet<string>;
  /** What was found in the content of documents that changes, by the document's place. */
  readonly contentWarnings: ReadonlyMap<number, readonly string[]>;
}

/** What a document speaks of. */
export type Named = Pick<Document, "name" | "spec">;

/** A kind at work in a transaction. */
export interface OpenKind {
  /** @returns what would change, nothing for what is so already, undefined for what is not there */
  compare(document: Document, before: AppliedDocument | undefined): Promise<readonly FieldChange[] | undefined>;
  /** @throws GatehouseError; see {@link atDocument} */
  change(put: readonly Document[], remove: readonly AppliedDocument[]): Promise<void>;
  /**
   * Reads which things are there now, in one go. Left out where nothing but an apply takes things away.
   * @returns what tells a document's thing from one that is made under its name later; undefined for what is not there
   */
  identities?(): Promise<(document: Named) => string | undefined>;
}

/** Specs of several forms, told apart by one of their properties. */
export interface Variants {
  readonly by: string;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** A kind of document: all that is known of it is here. Adding one is a file like this one's neighbours. */
export interface DocumentKind {
  /** Such as `EnrolmentKey`. */
  readonly kind: string;
  readonly description: string;
  /** JSON Schema (draft 07) of its names. */
  readonly name: JsonSchema;
  /** Names are compared without regard to case. */
  readonly caseless?: boolean;
  /** JSON Schema (draft 07) of its specs: an object, each with `additionalProperties: false`. */
  readonly spec: JsonSchema | Variants;
  /** What editors are told in its place, where a schema that says more makes worse errors. */
  readonly editor?: { readonly spec: JsonSchema; readonly definitions: Readonly<Record<string, JsonSchema>> };
  /** Properties of the spec that are a {@link SecretSource}. */
  readonly secrets?: readonly string[];
  /** The property of the spec that names a file of content, and what is published from it. */
  readonly content?: {
    readonly property: string;
    readonly artifact: Pick<ArtifactKind, "id" | "label" | "maxBytes" | "address" | "inspect">;
    /**
     * Where the property names a folder: what is handed in for it is its list, {@link treeText}, or what is said of a
     * package, {@link packageText}.
     */
    readonly folder?: "package" | "tree";
    fileName(name: string): string;
  };
  /** What a schema cannot say; pure, asked where the files are and on the gateway. */
  check?(document: Document, given: Given): Findings;
  /**
   * Makes ready what agents are about to get, before the transaction: not in a dry run, and for content that is here.
   * @returns warnings
   */
  prepare?(document: Document, given: Given): Promise<readonly string[]>;
  /** What only a gateway can say. */
  open(work: ApplyWork): Promise<OpenKind>;
}

export const isVariants = (spec: JsonSchema | Variants): spec is Variants => "schemas" in spec;

/** How a secret is called in a request. */
export const secretId = (source: SecretSource): string =>
  "env" in source ? `env:${source.env}` : `file:${source.file}`;

/** @returns undefined where the request does not hold it, which was a fault before */
export const secretOf = ({ secrets }: Given, source: SecretSource): string => secrets.get(secretId(source)) ?? "";

/** JSON Schema of a {@link SecretSource}. */
export const secretSchema = (description: string): JsonSchema => ({
  description: `${description} Never the text itself: \`{file: PATH}\`, beside the document, or \`{env: NAME}\`.`,
  oneOf: [
    {
      type: "object",
      additionalProperties: false,
      required: ["file"],
      properties: { file: { type: "string", minLength: 1, maxLength: 1000 } },
    },
    {
      type: "object",
      additionalProperties: false,
      required: ["env"],
      properties: { env: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]{0,254}$" } },
    },
  ],
});
