import type { CertificateInformation } from "./certificate.js";
import type { Flavour } from "./flavour.js";

/** One per manager block of the meta-configuration. */
export type RegistrationMessageType = "ConfigurationRepository" | "ResourceRepository" | "ReportServer";

/** The order in which the blocks register. */
export const REGISTRATION_TYPES: readonly RegistrationMessageType[] = [
  "ConfigurationRepository",
  "ResourceRepository",
  "ReportServer",
];

/** Who registers. */
export interface RegistrationInput {
  readonly flavour: Flavour;
  readonly nodeName: string;
  readonly ipAddress: string;
  readonly configurationNames: readonly string[];
  readonly certificate: CertificateInformation;
}

/**
 * Body of RegisterDscAgent, compact JSON in the recorded property order. ConfigurationNames is left out, not sent empty,
 * when there are none and for the other two types; DSC for Linux sends the first name only.
 *
 * @param type manager block that registers
 * @param input who registers
 * @returns bytes to send and to sign
 * @see MS-DSCPM, RegisterDscAgent
 */
export function registrationBody(type: RegistrationMessageType, input: RegistrationInput): Buffer {
  const wanted = input.flavour === "linux" ? input.configurationNames.slice(0, 1) : input.configurationNames;
  const names = wanted.filter((name) => name !== "");
  return Buffer.from(
    JSON.stringify({
      AgentInformation: { LCMVersion: "2.0", NodeName: input.nodeName, IPAddress: input.ipAddress },
      ...(type === "ConfigurationRepository" && names.length > 0 ? { ConfigurationNames: names } : {}),
      RegistrationInformation: { CertificateInformation: input.certificate, RegistrationMessageType: type },
    }),
    "utf8",
  );
}
