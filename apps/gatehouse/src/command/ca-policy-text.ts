import type { AutosignRule, MadeAutosignRule, RequestFindings } from "@gatehouse/client";
import { pairs, printable, table } from "./output.js";
import { when } from "./when.js";

export function policyText(rules: readonly AutosignRule[]): string {
  return table(
    ["NAME", "KIND", "PROFILE", "SIGNS", "USED", "ENDS", "KEPT BY"],
    rules.map((rule) => [
      rule.name,
      rule.kind,
      rule.profile,
      signs(rule),
      rule.used === null ? null : `${rule.used} of ${rule.uses ?? "any number"}`,
      when(rule.expiresAt),
      rule.createdAt === null ? rule.origin : `${rule.createdBy}, ${when(rule.createdAt)}`,
    ]),
    "There are no rules: a person signs every request. A token for a new host: gatehouse ca policy add NAME --kind token",
  );
}

function signs({ kind, certname, pattern, extension, value, path, names, readmit = false }: AutosignRule): string {
  const what = {
    all: "everything",
    name: certname,
    glob: pattern,
    token: "who has the token",
    extension: `${extension}=${value}`,
    executable: `what ${path} says`,
  }[kind];
  return [what, ...(names === undefined ? [] : [`for ${names.join(", ")}`]), ...(readmit ? ["(again too)"] : [])].join(
    " ",
  );
}

export const madeText = ({ name, secret }: MadeAutosignRule): string =>
  secret === null
    ? `${printable(name)} signs from now on. What it would do with a request: gatehouse ca policy test FILE\n`
    : `${secret}\nWhat a new host needs: gatehouse ca bootstrap --token ${secret}\n`;

/** @param added names of rules @param passedOver lines that became none */
export const importedText = (
  added: readonly string[],
  passedOver: readonly { readonly line: number; readonly why: string }[],
): string =>
  [
    `${added.length} ${added.length === 1 ? "rule signs" : "rules sign"} from now on: gatehouse ca policy list`,
    ...passedOver.map(({ line, why }) => `Line ${line} is left out: ${why}.`),
  ].join("\n") + "\n";

/** What would become of a request. */
export const findingsText = (found: RequestFindings): string =>
  pairs([
    ["name", found.name],
    ["key", found.key],
    ["fingerprint", `(SHA-256) ${found.fingerprint}`],
    ["alt names", found.altNames.join(", ")],
    [
      "extensions",
      Object.entries(found.extensions)
        .map(([name, value]) => `${name}=${value}`)
        .join(", "),
    ],
    ["verdict", verdict(found)],
    ["why", found.why],
  ]);

function verdict({ refusal, signed, rule }: RequestFindings): string {
  if (refusal !== null) return `it cannot be signed: ${refusal}`;
  return signed ? `signed by the rule ${rule}` : "it waits for a person";
}
