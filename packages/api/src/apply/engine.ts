import type { AppliedDocument } from "@gatehouse/core/apply";
import type { BlobRef, ContentStore } from "@gatehouse/core/content";
import { documentCheck } from "./check.js";
import { contentDocuments, inspectContent } from "./content.js";
import { examine } from "./examine.js";
import { refusal } from "./faults.js";
import type { ApplyPorts, ApplyWork, DocumentKind, Given, OpenKind } from "./kind.js";
import { type Plan, planOf, type Step } from "./plan.js";
import { prepare } from "./prepare.js";
import type { ApplyResult } from "./result.js";
import { type Atomically, inTurn } from "./turn.js";

/** Documents to apply, with what they speak of. */
export interface ApplyRequest {
  readonly documents: readonly unknown[];
  readonly given: Given;
  /** Whose documents they are. */
  readonly set: string;
  /** Everything is done, and undone. */
  readonly dryRun: boolean;
  /** Whether what this set applied before, and names no more, is taken away. */
  readonly prune: boolean;
  readonly actor: string;
}

export interface EngineDeps {
  readonly kinds: readonly DocumentKind[];
  readonly atomically: Atomically;
  readonly content: Pick<ContentStore, "list" | "open" | "stored">;
  /** For files that are looked at; private to this process. */
  readonly uploadDir: string;
}

export type Apply = (request: ApplyRequest) => Promise<ApplyResult>;

/**
 * Applies documents: all of them, or none.
 * @throws request-malformed and conflict, with every place that does not fit; database-unavailable
 */
export function createApply({ kinds, atomically, content, uploadDir }: EngineDeps): Apply {
  const check = documentCheck(kinds);
  const byName = new Map(kinds.map((kind) => [kind.kind, kind]));
  return async ({ documents: said, given, set, dryRun, prune, actor }) => {
    const { documents, faults } = check(said);
    if (faults.length > 0) throw refusal(faults);
    const found = examine(byName, documents, given);
    if (found.faults.length > 0) throw refusal(found.faults);

    const withContent = contentDocuments(byName, documents, given);
    const stored = await storedOf(
      content,
      withContent.map(({ ref }) => ref),
    );
    const missing = withContent.filter(({ ref }) => !stored.has(ref.sha256));
    if (missing.length > 0 && !dryRun)
      throw refusal(
        missing.map(({ document: { index }, content: { property } }) => ({
          index,
          pointer: `/spec/${property}`,
          message: "The file's content is not here, or not any more: send it first.",
        })),
        "conflict",
      );
    const contentWarnings = await inspectContent(withContent, stored, content, uploadDir);

    const prepared = dryRun ? new Map() : await prepare(byName, documents, given);

    const plan = await inTurn(atomically, !dryRun, async (ports) => {
      const work: ApplyWork = { ports, given, actor, dryRun, stored, contentWarnings };
      const made = await planOf(kinds, documents, work, { set, prune });
      await carryOut(made, work, set);
      return made;
    });
    const warned = new Map([...found.warnings, ...contentWarnings]);
    const warnings = documents.flatMap(({ index, kind, name }) =>
      [...(warned.get(index) ?? []), ...(prepared.get(index) ?? [])].map((message) => ({ kind, name, message })),
    );
    return { set, dryRun, changes: plan.changes, unchanged: plan.unchanged, warnings };
  };
}

async function storedOf(content: Pick<ContentStore, "stored">, refs: readonly BlobRef[]): Promise<Set<string>> {
  if (refs.length === 0) return new Set();
  return new Set((await content.stored(refs.map(({ sha256 }) => sha256))).map(({ sha256 }) => sha256));
}

async function carryOut(
  plan: Plan,
  { ports, actor }: { ports: ApplyPorts; actor: string },
  set: string,
): Promise<void> {
  for (const { open, put, remove, remember } of plan.steps) {
    if (put.length + remove.length > 0) await open.change(put, remove);
    if (remember.length > 0) await ports.applied.record(await identified(open, remember), actor);
  }
  if (plan.forget.length > 0) await ports.applied.forget(plan.forget);
  const events = plan.changes
    .filter(({ action }) => action !== "left")
    .map(({ action, kind, name, fields }) => ({
      actor,
      action: `apply.${action}`,
      subject: `${kind}/${name}`,
      detail: { set, ...(fields.length > 0 ? { fields } : {}) },
    }));
  if (events.length > 0) await ports.audit.recordAll(events);
}

/** With which thing each of them made: there is one now, and it may be another than before. */
async function identified(open: OpenKind, remember: Step["remember"]): Promise<AppliedDocument[]> {
  const identityOf = await open.identities?.();
  return remember.map((document) => ({
    ...document,
    identity: document.made ? (identityOf?.(document) ?? null) : null,
  }));
}
