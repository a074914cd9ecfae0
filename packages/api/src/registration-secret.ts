import { randomUUID } from "node:crypto";
import { REGISTER_BYTES } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { UUID } from "./models/agent-access.js";

const IS_UUID = new RegExp(UUID);
/** Made of a time and a network card's address: who knows about when it was made has few to try. */
const GUESSABLE = /^.{14}[12].{4}[89ab]/i;

/** A new secret of a registration token, as agents have it: a random UUID (version 4). */
export const newRegistrationSecret = (): string => randomUUID();

/**
 * The bytes of a registration token's secret.
 * @param text a UUID in any case; blanks around it do not count
 * @throws request-malformed for what is none, and for one that could be guessed; repeats nothing of it
 */
export function registrationSecretOf(text: string): Buffer {
  const uuid = text.trim();
  if (!IS_UUID.test(uuid)) throw refused("A token's secret is a UUID, such as uuidgen -r makes.");
  if (GUESSABLE.test(uuid))
    throw refused("This UUID is made of a time and an address, and can be guessed: take a random one.");
  const bytes = Buffer.from(uuid.replaceAll("-", ""), "hex");
  if (new Set(bytes).size <= REGISTER_BYTES / 4) throw refused("This UUID can be guessed: take a random one.");
  return bytes;
}

const refused = (message: string) => new GatehouseError("request-malformed", message);
