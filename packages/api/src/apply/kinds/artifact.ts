import type { ArtifactKind } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { atDocument } from "../faults.js";
import type { Document, DocumentKind } from "../kind.js";

interface Spec {
  readonly file: string;
}

/** What is published from a file: of every artifact kind that has a word for its documents. */
export function artifactDocumentKind(artifact: ArtifactKind): DocumentKind | undefined {
  const { id, document } = artifact;
  if (document === undefined) return undefined;
  const fileName = (name: string) => `${name}${document.extension}`;
  return {
    kind: document.kind,
    description: document.description,
    // It becomes the name of a file.
    name: { type: "string", pattern: "^[^/\\\\]{1,255}$", description: document.name },
    caseless: true,
    spec: {
      type: "object",
      additionalProperties: false,
      required: ["file"],
      properties: {
        file: {
          type: "string",
          minLength: 1,
          maxLength: 1000,
          description: `The ${artifact.label}'s file (${document.extension}), beside the document or below; it may have any name.`,
        },
      },
    },
    content: { property: "file", artifact, fileName },

    check({ name }) {
      try {
        artifact.address(fileName(name));
        return {};
      } catch (thrown) {
        if (!(thrown instanceof GatehouseError)) throw thrown;
        return { faults: [{ pointer: "/name", message: thrown.message }] };
      }
    },

    async open({ ports: { content }, given, actor, stored, contentWarnings }) {
      const keyOf = (name: string, channel: string) => `${channel}/${name.toLowerCase()}`;
      const heads = new Map((await content.list(id)).map((head) => [keyOf(head.name, head.channel), head]));
      const addressOf = ({ name }: Pick<Document, "name">) => artifact.address(fileName(name));
      const sha256Of = ({ spec }: Document) => given.files.get((spec as unknown as Spec).file)?.sha256 ?? "";
      return {
        async compare(document) {
          const { name, channel } = addressOf(document);
          const head = heads.get(keyOf(name, channel));
          if (head === undefined) return undefined;
          const sha256 = sha256Of(document);
          if (head.sha256 === sha256) return [];
          const [newest] = await content.versions(id, name);
          return [
            { field: "version", before: head.version, after: (newest?.version ?? head.version) + 1 },
            { field: "sha256", before: head.sha256, after: sha256 },
          ];
        },

        async change(put, remove) {
          for (const document of put) {
            const sha256 = sha256Of(document);
            // Of a dry run, which sends no content.
            if (!stored.has(sha256)) continue;
            const warnings = contentWarnings.get(document.index) ?? [];
            const publication = { kind: id, ...addressOf(document), sha256, by: actor, warnings };
            await atDocument(document, "/spec/file", () => content.publish(publication));
          }
          for (const document of remove) {
            const { name, channel } = addressOf(document);
            await content.withdraw(id, name, channel);
          }
        },
      };
    },
  };
}
