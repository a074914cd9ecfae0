import type { ContentStore, PublishedContent } from "@gatehouse/core/content";
import type { ReportView } from "@gatehouse/core/reports";

/** A report with the published versions that its content is. */
export type PublishedReport = ReportView & { readonly published: readonly Omit<PublishedContent, "sha256">[] };

/** Adds to each report what its content is published as; one question for each kind, however many the reports are. */
export async function publishedBy(
  content: Pick<ContentStore, "versionsWith">,
  reports: readonly ReportView[],
): Promise<PublishedReport[]> {
  const byKind = new Map<string, Set<string>>();
  for (const { content: inForce } of reports) {
    if (inForce === null) continue;
    byKind.set(inForce.kind, (byKind.get(inForce.kind) ?? new Set()).add(inForce.sha256));
  }
  const found = new Map(
    await Promise.all(
      [...byKind].map(async ([kind, digests]) => [kind, await content.versionsWith(kind, [...digests])] as const),
    ),
  );
  return reports.map((report) => ({
    ...report,
    published: (found.get(report.content?.kind ?? "") ?? [])
      .filter(({ sha256 }) => sha256 === report.content?.sha256)
      .map(({ name, channel, version, current }) => ({ name, channel, version, current })),
  }));
}
