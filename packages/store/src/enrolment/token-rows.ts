import type { RegistrationSecret } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import type { SecretBox } from "../secret-box.js";

/** Whether a token `t` may be registered with now, but for how often that was done. */
export const IS_LIVE = "t.revoked_at is null and (t.expires_at is null or t.expires_at > now())";

/** What a {@link RegistrationSecret} is made of: columns of a token `t`. */
export const SECRET_COLUMNS = "t.id, t.name, t.tag, t.agent, t.secret";
export type SecretRow = Pick<RegistrationSecret, "id" | "name" | "tag" | "agent" | "secret">;

const purpose = (id: string) => `registration_tokens:${id}`;

export const sealToken = (box: SecretBox, id: string, secret: Buffer): Buffer =>
  box.seal(secret.toString("hex"), purpose(id));

/** A token with its secret, opened. @throws internal for one that does not open */
export function openToken(box: SecretBox, { id, name, tag, agent, secret }: SecretRow): RegistrationSecret {
  return { id, name, tag, agent, secret: opened(box, secret, purpose(id), `registration token ${id}`) };
}

/** Bytes that were sealed as hex. @throws internal where they do not open: somebody changed them in the database */
export function opened(box: SecretBox, sealed: Buffer, of: string, what: string): Buffer {
  try {
    return Buffer.from(box.open(sealed, of), "hex");
  } catch (thrown) {
    throw new GatehouseError("internal", "A secret was changed in the database.", {
      detail: `${what} does not open`,
      cause: thrown,
    });
  }
}
