import type { Certificate, CertificateStore } from "@gatehouse/core/certificates";

const PAGE = 500;

type Filter = Omit<Parameters<CertificateStore["certificates"]>[0], "limit" | "after">;

/** Every certificate of a kind, page by page. */
export async function* everyCertificate(store: CertificateStore, filter: Filter): AsyncGenerator<Certificate> {
  let after: string | null | undefined;
  while (after !== null) {
    const page = await store.certificates({ ...filter, limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield* page.certificates;
    after = page.next;
  }
}
