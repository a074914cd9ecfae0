import type { Certificate, CertificateStore } from "@gatehouse/core/certificates";
import { serialOf } from "../serial.js";

const PAGE = 500;

/** A certificate that was really signed, as far as is known. */
export type KnownCertificate = Certificate & { readonly pem: string };

export interface Standing {
  /** The newest certificate that stands for the name, revoked ones too; a gateway's own only where there is no other. */
  readonly certificate: KnownCertificate | undefined;
  /** Whether a node, an operator, anybody but a gateway has it. */
  readonly taken: boolean;
  /** Whether it is a gateway's own name: many replicas have one, and a node on their host may have it too. */
  readonly own: boolean;
  /** Serials that were taken for the name, with nothing known to be signed. */
  readonly intended: readonly Certificate[];
}

const isKnown = (certificate: Certificate): certificate is KnownCertificate => certificate.pem !== null;
const isOwn = ({ profile }: Certificate): boolean => profile === "server";

const newest = <T extends Certificate>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>(
    (best, each) => (best === undefined || (serialOf(each.serial) ?? 0n) > (serialOf(best.serial) ?? 0n) ? each : best),
    undefined,
  );

/**
 * What a name stands for. A serial that was only taken, or a gateway's own certificate, hides none behind it.
 * @param whole to be told of a gateway's own certificate, and of interrupted signings, also behind a node's
 */
export async function standingOf(store: CertificateStore, name: string, whole = false): Promise<Standing> {
  const first = await store.certificate(name);
  if (first === undefined) return { certificate: undefined, taken: false, own: false, intended: [] };
  // One that a node has is the answer to most questions, and the rest of the name's history need not be read.
  if (!whole && isKnown(first) && !isOwn(first)) return { certificate: first, taken: true, own: false, intended: [] };
  const all: Certificate[] = [];
  for await (const each of everyCertificate(store, { name })) if (each.name === name && !each.cleaned) all.push(each);
  const known = all.filter(isKnown);
  const others = newest(known.filter((each) => !isOwn(each)));
  return {
    certificate: others ?? newest(known),
    taken: others !== undefined,
    own: known.some((each) => isOwn(each) && each.state === "issued"),
    intended: all.filter(({ state }) => state === "intended"),
  };
}

/** The certificates that stand for their names, the newest of each profile, by name. */
export async function* standing(store: CertificateStore, filter: { name?: string }): AsyncGenerator<Certificate> {
  let group: Certificate[] = [];
  for await (const each of everyCertificate(store, filter)) {
    if (each.cleaned) continue;
    if (group[0] !== undefined && group[0].name !== each.name) {
      yield* ofProfiles(group);
      group = [];
    }
    group.push(each);
  }
  yield* ofProfiles(group);
}

function* ofProfiles(group: readonly Certificate[]): Generator<Certificate> {
  for (const profile of new Set(group.map((each) => each.profile))) {
    const all = group.filter((each) => each.profile === profile);
    const found = newest(all.filter(isKnown)) ?? newest(all);
    if (found !== undefined) yield found;
  }
}

export async function* everyCertificate(
  store: CertificateStore,
  filter: { name?: string },
): AsyncGenerator<Certificate> {
  let after: string | null | undefined;
  while (after !== null) {
    const page = await store.certificates({ ...filter, limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield* page.certificates;
    after = page.next;
  }
}
