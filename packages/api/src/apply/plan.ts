import { isDeepStrictEqual } from "node:util";
import type { AppliedDocument } from "@gatehouse/core/apply";
import { refusal } from "./faults.js";
import type { ApplyWork, Document, DocumentKind, OpenKind } from "./kind.js";
import type { AppliedChange } from "./result.js";

/** What is to be done, of all kinds. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly changes: readonly AppliedChange[];
  readonly unchanged: number;
  readonly forget: readonly AppliedDocument[];
}

export interface Step {
  readonly open: OpenKind;
  readonly put: readonly Document[];
  readonly remove: readonly AppliedDocument[];
  /** Documents as they are to be remembered, where that may change; which thing one made is known afterwards. */
  readonly remember: readonly Omit<AppliedDocument, "identity">[];
}

/** Compares documents with what there is; writes nothing. @throws conflict for documents that another set has */
export async function planOf(
  kinds: readonly DocumentKind[],
  documents: readonly Document[],
  work: ApplyWork,
  { set, prune }: { readonly set: string; readonly prune: boolean },
): Promise<Plan> {
  const applied = await work.ports.applied.list();
  const steps: Step[] = [];
  const changes: AppliedChange[] = [];
  const forget: AppliedDocument[] = [];
  const [documentsOf, appliedOf] = [groupedBy(documents, ({ kind }) => kind), groupedBy(applied, ({ kind }) => kind)];
  refuseForeign(kinds, documents, applied, set);
  let unchanged = 0;

  for (const kind of kinds) {
    const mine = documentsOf.get(kind.kind) ?? [];
    const keyOf = (name: string) => (kind.caseless === true ? name.toLowerCase() : name);
    const before = new Map((appliedOf.get(kind.kind) ?? []).map((known) => [keyOf(known.name), known]));
    const named = new Set(mine.map(({ name }) => keyOf(name)));
    const gone = [...before.values()].filter((known) => known.set === set && !named.has(keyOf(known.name)));
    if (mine.length === 0 && gone.length === 0) continue;

    const open = await kind.open(work);
    const identityOf = await open.identities?.();
    const isItsOwn = (known: AppliedDocument) => known.made && (identityOf?.(known) ?? null) === known.identity;
    const put: Document[] = [];
    const remember: Omit<AppliedDocument, "identity">[] = [];
    for (const document of mine) {
      const was = before.get(keyOf(document.name));
      const fields = await open.compare(document, was);
      const isPut = fields === undefined || fields.length > 0;
      if (isPut) {
        put.push(document);
        const action = fields === undefined ? "create" : "update";
        changes.push({ action, kind: kind.kind, name: document.name, fields: fields ?? [], note: null });
      } else unchanged++;
      const is = { kind: kind.kind, name: was?.name ?? document.name, set, spec: document.spec };
      const made = fields === undefined || (was !== undefined && isItsOwn(was));
      if (isPut || was === undefined || was.made !== made || !isDeepStrictEqual(was.spec, is.spec))
        remember.push({ ...is, made });
    }

    const remove: AppliedDocument[] = [];
    for (const known of gone) {
      const fields = await open.compare({ ...known, index: -1 }, known);
      const change = { kind: kind.kind, name: known.name, fields: [] };
      // It is gone already: somebody took it away.
      if (fields === undefined) {
        if (prune) forget.push(known);
      } else if (!prune) changes.push({ ...change, action: "left", note: "no file names it any more" });
      else {
        forget.push(known);
        if (isItsOwn(known)) {
          remove.push(known);
          changes.push({ ...change, action: "remove", note: null });
        } else {
          const note = known.made ? "somebody made it anew" : "it was there before it was applied";
          changes.push({ ...change, action: "left", note });
        }
      }
    }
    if (put.length + remove.length + remember.length > 0) steps.push({ open, put, remove, remember });
  }
  return { steps, changes, unchanged, forget };
}

function refuseForeign(
  kinds: readonly DocumentKind[],
  documents: readonly Document[],
  applied: readonly AppliedDocument[],
  set: string,
): void {
  const caseless = new Set(kinds.filter((kind) => kind.caseless === true).map(({ kind }) => kind));
  const key = ({ kind, name }: Pick<Document, "kind" | "name">) =>
    `${kind}/${caseless.has(kind) ? name.toLowerCase() : name}`;
  const others = new Map(applied.filter((known) => known.set !== set).map((known) => [key(known), known.set]));
  const faults = documents.flatMap((document) => {
    const other = others.get(key(document));
    if (other === undefined) return [];
    const message = `${document.kind} ${document.name} is of the set ${other}: take it out of that set's files and apply them with --prune first, or leave it out here.`;
    return [{ index: document.index, pointer: "/name", message }];
  });
  if (faults.length > 0) throw refusal(faults, "conflict");
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
