import { objectOf, type Said } from "../wire/read.js";

/** How agents may register; of a group's setting `glpi.register`, and of the configuration where no group says it. */
export interface RegisterPolicy {
  /** Whoever asks is registered, and has proved nothing with that. */
  readonly simple: boolean;
  /** New agents wait for a person, unless they have a token. */
  readonly manual: boolean;
  /** Whether tokens are taken; a name: that token and no other. */
  readonly token: boolean | string;
  /** What follows a registration by token: encrypted messages, either, or plain ones and no key. */
  readonly encrypt: "required" | "optional" | "off";
  /** How long a registration counts, such as `30d`. */
  readonly expiration: string;
  /** Also where nothing but one block of AES hides what is said. */
  readonly overHttp: boolean;
}

/** The name of the setting that groups carry. */
export const REGISTER = "glpi.register";

/** What counts for an agent. @param settings what its groups say: checked by their schema; nothing for one that nobody knows */
export function registerPolicy(settings: Said, base: RegisterPolicy): RegisterPolicy {
  const { simple, manual, token, encrypt, expiration, overHttp } = base;
  return {
    ...{ simple, manual, token, encrypt, expiration, overHttp },
    ...(objectOf(settings[REGISTER]) as Partial<RegisterPolicy>),
  };
}
