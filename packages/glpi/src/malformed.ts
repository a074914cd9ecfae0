/** What the protocol calls a message that is no JSON. */
export const MALFORMED = "malformed json";
