import { type AgentLogin, type LoginKind, loginFault, loginKinds, type NewAgentLogin } from "@gatehouse/core/enrolment";
import { atDocument } from "../faults.js";
import {
  type Document,
  type DocumentKind,
  type FieldChange,
  type Given,
  type Named,
  type SecretSource,
  secretOf,
  secretSchema,
} from "../kind.js";

interface Spec {
  readonly kind: LoginKind;
  readonly agent?: string;
  readonly secret: SecretSource;
}

const specOf = ({ spec }: Pick<Document, "spec">) => spec as unknown as Spec;
const agentOf = ({ agent }: Spec): string | null => agent?.trim().toLowerCase() ?? null;
/** A name means something among the logins of its kind. */
const placeOf = (kind: LoginKind, name: string) => `${kind}/${name}`;
const at = (document: Named) => placeOf(specOf(document).kind, document.name);

function loginOf({ name, spec }: Named, given: Given): NewAgentLogin {
  const said = specOf({ spec });
  return { kind: said.kind, name, agent: agentOf(said), secret: secretOf(given, said.secret) };
}

const liveOf = (logins: readonly AgentLogin[]) =>
  new Map(
    logins.filter(({ revokedAt }) => revokedAt === null).map((login) => [placeOf(login.kind, login.name), login]),
  );

/** A name and a secret by which inventory agents prove themselves. */
export function agentLoginKind(): DocumentKind {
  return {
    kind: "AgentLogin",
    description: "What inventory agents prove themselves with, by Basic or OAuth2.",
    name: { type: "string", minLength: 1, maxLength: 100, description: "The user's name, or the client's id." },
    spec: {
      type: "object",
      additionalProperties: false,
      required: ["kind", "secret"],
      properties: {
        kind: { enum: loginKinds, description: "How agents use it." },
        agent: {
          type: "string",
          minLength: 1,
          maxLength: 255,
          description: "The agentid or deviceid of the one agent that has it; many share it when left out.",
        },
        secret: secretSchema("8 to 1024 characters."),
      },
    },
    secrets: ["secret"],

    check(document, given) {
      const fault = loginFault(loginOf(document, given));
      return fault === undefined ? {} : { faults: [{ pointer: "/spec", message: fault }] };
    },

    async open({ ports: { logins }, given, actor }) {
      const live = liveOf(await logins.list());
      const revoke = async (place: string) => {
        const login = live.get(place);
        // By its id: a name may look like one.
        if (login !== undefined) await logins.revoke(login.kind, login.id);
        live.delete(place);
      };
      const moved = new Map<string, string>();
      return {
        async compare(document, before) {
          const was = before === undefined ? undefined : at(before);
          if (was !== undefined && was !== at(document) && live.has(was)) {
            moved.set(document.name, was);
            return [{ field: "kind", before: live.get(was)?.kind, after: specOf(document).kind }];
          }
          const found = live.get(at(document));
          if (found === undefined) return undefined;
          const { kind, name, agent, secret } = loginOf(document, given);
          const changes: FieldChange[] = [];
          if (found.agent !== agent) changes.push({ field: "agent", before: found.agent, after: agent });
          if ((await logins.verify(kind, name, secret))?.id !== found.id)
            changes.push({ field: "secret", secret: true });
          return changes;
        },

        async change(put, remove) {
          for (const document of remove) await revoke(at(document));
          for (const document of put) {
            await revoke(moved.get(document.name) ?? at(document));
            await revoke(at(document));
            await atDocument(document, "/spec", () => logins.add(loginOf(document, given), actor));
          }
        },

        async identities() {
          const now = liveOf(await logins.list());
          return (document) => now.get(at(document))?.id;
        },
      };
    },
  };
}
