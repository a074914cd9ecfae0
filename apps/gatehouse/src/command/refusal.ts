import type { ApiProblem } from "@gatehouse/client";

const ADVICE: Partial<Record<NonNullable<ApiProblem["code"]>, string>> = {
  unauthenticated: "GATEHOUSE_TOKEN, or admin.token in the data folder, is not one of this gateway's.",
  forbidden:
    "An admin makes a token that may: gatehouse token create --name NAME --role ROLE; hand it over in GATEHOUSE_TOKEN.",
  "database-unavailable": "See what is wrong: gatehouse doctor.",
  overloaded: "Try again in a moment. If it stays so: gatehouse doctor.",
  internal: "The gateway's log has it under the request's id.",
};

/** What a person can do about a refusal, on a line of its own; nothing where the server's words say it. */
export function adviceOn({ code }: ApiProblem): string {
  const advice = code === undefined ? undefined : ADVICE[code];
  return advice === undefined ? "" : `  ${advice}\n`;
}
