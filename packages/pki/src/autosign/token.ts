import { createHash, timingSafeEqual } from "node:crypto";
import type { TokenRule } from "@gatehouse/core/certificates";
import { Oid } from "../oids.js";
import type { SigningRequest } from "../request.js";

/** What a token rule keeps of its secret. */
export const tokenHash = (secret: string): string => createHash("sha256").update(secret, "utf8").digest("hex");

/** What a request says in the attributes in which secrets are told. */
const secretsIn = ({ attributes }: SigningRequest): readonly string[] =>
  [Oid.challengePassword, Oid.preSharedKey].flatMap((oid) => attributes.get(oid) ?? []);

/** Whether a request tells any secret. */
export const tellsSecret = (request: SigningRequest): boolean => secretsIn(request).length > 0;

/**
 * Whether a request tells the rule's secret, in constant time. In an attribute only: extensions end up in the
 * certificate, where everybody reads them.
 */
export function tellsToken(request: SigningRequest, { sha256 }: TokenRule): boolean {
  const expected = Buffer.from(sha256, "hex");
  if (expected.length !== 32) return false;
  let found = false;
  for (const secret of secretsIn(request)) {
    const match = timingSafeEqual(createHash("sha256").update(secret, "utf8").digest(), expected);
    found ||= match;
  }
  return found;
}
