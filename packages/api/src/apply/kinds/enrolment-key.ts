import { GatehouseError } from "@gatehouse/core/errors";
import type { ProtocolForOperators } from "../../deps.js";
import { refusal } from "../faults.js";
import { type Document, type DocumentKind, type SecretSource, secretOf, secretSchema } from "../kind.js";

interface Spec {
  readonly protocol: string;
  readonly key: SecretSource;
}

/** A key that lets agents in: what an LCM has as RegistrationKey. */
export function enrolmentKeyKind(protocols: readonly ProtocolForOperators[]): DocumentKind {
  const checks = new Map(
    protocols.flatMap(({ id, checkEnrolmentKey: check }) => (check === undefined ? [] : [[id, check] as const])),
  );
  const specOf = ({ spec }: Pick<Document, "spec">) => spec as unknown as Spec;
  return {
    kind: "EnrolmentKey",
    description: "A shared secret that admits agents of a protocol.",
    name: { type: "string", pattern: "^[A-Za-z0-9._-]{1,100}$", description: "What the key is called here." },
    spec: {
      type: "object",
      additionalProperties: false,
      required: ["protocol", "key"],
      properties: {
        protocol: { enum: [...checks.keys()], description: "Whose agents it admits." },
        key: secretSchema("The key as agents have it."),
      },
    },
    secrets: ["key"],

    check(document, given) {
      const { protocol, key } = specOf(document);
      try {
        return { warnings: checks.get(protocol)?.(secretOf(given, key)) ?? [] };
      } catch (thrown) {
        if (!(thrown instanceof GatehouseError)) throw thrown;
        return { faults: [{ pointer: "/spec/key", message: thrown.message }] };
      }
    },

    async open({ ports: { keys }, given }) {
      const live = new Map<string, { readonly id: string; readonly secret: string }>();
      for (const protocol of checks.keys())
        for (const { id, name, secret } of await keys.active(protocol)) live.set(`${protocol}/${name}`, { id, secret });
      const at = ({ name, spec }: Pick<Document, "name" | "spec">) => `${specOf({ spec }).protocol}/${name}`;
      const revoke = async (place: string, protocol: string) => {
        const key = live.get(place);
        // By its id: a name may look like one.
        if (key !== undefined) await keys.revoke(protocol, key.id);
        live.delete(place);
      };
      const moved = new Map<string, string>();
      return {
        async compare(document, before) {
          const was = before === undefined ? undefined : specOf(before).protocol;
          const { protocol, key } = specOf(document);
          if (was !== undefined && was !== protocol && live.has(`${was}/${document.name}`)) {
            moved.set(document.name, was);
            return [{ field: "protocol", before: was, after: protocol }];
          }
          const found = live.get(at(document));
          if (found === undefined) return undefined;
          return found.secret === secretOf(given, key) ? [] : [{ field: "key", secret: true }];
        },

        async change(put, remove) {
          // First all that goes: a key may have got another name.
          for (const document of remove) await revoke(at(document), specOf(document).protocol);
          for (const document of put) {
            const was = moved.get(document.name);
            if (was !== undefined) await revoke(`${was}/${document.name}`, was);
            await revoke(at(document), specOf(document).protocol);
          }
          const names = new Map([...live].map(([place, { secret }]) => [`${place.split("/", 1)[0]}/${secret}`, place]));
          const added = put.map((document) => {
            const { protocol, key } = specOf(document);
            const secret = secretOf(given, key);
            const same = names.get(`${protocol}/${secret}`);
            if (same !== undefined) throw alreadyActive(document, same.slice(protocol.length + 1));
            names.set(`${protocol}/${secret}`, at(document));
            return { protocol, name: document.name, secret };
          });
          await keys.addAll(added);
        },

        async identities() {
          const now = new Map<string, string>();
          for (const protocol of checks.keys())
            for (const { id, name, revokedAt } of await keys.list(protocol))
              if (revokedAt === null) now.set(`${protocol}/${name}`, id);
          return (document) => now.get(at(document));
        },
      };
    },
  };
}

const alreadyActive = ({ index }: Document, name: string) => {
  const message = `This key is already active under the name ${name}: revoking one would not shut it out.`;
  return refusal([{ index, pointer: "/spec/key", message }], "conflict");
};
