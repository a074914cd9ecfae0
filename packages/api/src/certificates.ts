import { roleIncludes } from "@gatehouse/core/access";
import type { Certificate, CertificateProfile, CertificateState, PendingRequest } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRequest } from "@gatehouse/http";
import { CertificateProfile as Profile } from "./models/certificate.js";
import { withDefault } from "./operation/parameters.js";

export const NAME_PART = "The name that it was asked for; it means something within its profile.";
export const inProfile = { profile: withDefault("puppet", "Of this profile.", Profile) };

const MASK = "…";
const SECRET = new Set(["pp_preshared_key", "1.3.6.1.4.1.34380.1.1.4"]);
/** A request's own password is no extension; who writes it as one means a secret all the same. */
const MEANT_SECRET = new Set(["challengePassword", "1.2.840.113549.1.9.7"]);
/** Whether an extension's value lets hosts in. */
export const isSecretExtension = (extension: string): boolean => SECRET.has(extension) || MEANT_SECRET.has(extension);
/** The value of an extension as it may be shown: a pre-shared key lets hosts in. */
export const shownValue = (extension: string, value: string): string => (SECRET.has(extension) ? MASK : value);

export const shownExtensions = (extensions: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(extensions).map(([name, value]) => [name, shownValue(name, value)]));

const STATES = { intended: "interrupted", issued: "signed", revoked: "revoked" } as const;
/** A state as operators name it. */
export const shownState = (state: CertificateState) => STATES[state];

export function storedState(shown: (typeof STATES)[CertificateState]): CertificateState {
  if (shown === "revoked") return shown;
  return shown === "signed" ? "issued" : "intended";
}

/** A certificate as operators see it. */
export const certificateView = ({ pem: _, state, extensions, ...same }: Certificate) => ({
  ...same,
  state: shownState(state),
  extensions: shownExtensions(extensions),
});

/** A request as operators see it: the whole of it may hold a password. */
export const requestView = ({ pem: _, extensions, ...same }: PendingRequest & { readonly pem?: string }) => ({
  ...same,
  extensions: shownExtensions(extensions),
});

/** What an operator's certificate is to a caller is what a token is to another. @throws forbidden */
export function mayChange(profile: CertificateProfile, { principal }: Pick<RouteRequest, "principal">): void {
  if (profile !== "operator" || (principal !== undefined && roleIncludes(principal.role, "admin"))) return;
  throw new GatehouseError("forbidden", "Certificates of operators are changed by admins only.");
}

export const noSuchCertificate = (): GatehouseError =>
  new GatehouseError("not-found", "There is no certificate and no request of this name in this profile.");
