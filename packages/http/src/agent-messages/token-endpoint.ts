import { GatehouseError } from "@gatehouse/core/errors";
import type { Reply } from "../reply.js";
import type { RouteRequest } from "../route-table.js";
import { makeAccessToken, TOKEN_SECONDS } from "./access-token.js";
import { errorHeaders, errorMessage } from "./answer.js";
import { credentialsIn, utf8 } from "./credentials.js";
import { loginOf, type ProofDeps } from "./proof.js";

/** Bytes of a request for a token: agents' have a hundred. */
export const TOKEN_REQUEST_LIMIT = 8 << 10;

/** What a token is good for: the one scope that agents ask for. */
const SCOPE = "inventory";

/** RFC 6749, section 5.2; the last one of section 4.1.2.1, for who is turned away. */
type TokenErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "unsupported_grant_type"
  | "invalid_scope"
  | "temporarily_unavailable";

/** A refusal that has a word of its own in RFC 6749. */
class TokenRefused extends GatehouseError {
  readonly error: TokenErrorCode;

  constructor(error: TokenErrorCode, message: string) {
    super(error === "invalid_client" ? "unauthenticated" : "request-malformed", message);
    this.error = error;
  }
}

/** Gives an access token. @throws request-malformed, unauthenticated, overloaded: rendered by {@link tokenError} */
export type TokenEndpoint = (request: RouteRequest) => Promise<Reply>;

/**
 * OAuth2's client credentials grant, as GLPI Agent asks for it in JSON (wire/glpi.md section 7) and RFC 6749 section 4.4 in a
 * form: a token for a login of kind oauth.
 */
export function createTokenEndpoint(
  deps: Pick<ProofDeps, "logins" | "failures" | "tokenKey" | "clock">,
): TokenEndpoint {
  return async ({ headers, body, from }) => {
    const said = parametersIn(body, headers["content-type"]);
    const { grant_type: grant, scope = SCOPE } = said;
    if (grant === undefined) throw new TokenRefused("invalid_request", "grant_type is missing.");
    if (grant !== "client_credentials")
      throw new TokenRefused("unsupported_grant_type", "Tokens are given for client_credentials only.");
    if (scope !== SCOPE) throw new TokenRefused("invalid_scope", `The only scope is ${SCOPE}.`);
    const login = await loginOf(deps, "oauth", clientIn(said, headers.authorization), from);
    if (login === undefined)
      throw new TokenRefused("invalid_client", "There is no such client, or its secret is another.");
    const token = makeAccessToken(deps.tokenKey, login.id, deps.clock.now());
    return json(200, { token_type: "Bearer", access_token: token, expires_in: TOKEN_SECONDS, scope: SCOPE });
  };
}

/** An error of the token's path, whoever raised it (RFC 6749, section 5.2). */
export function tokenError(error: GatehouseError): Reply {
  const answer = json(error.code === "overloaded" ? 429 : error.status, {
    error: codeOf(error),
    error_description: errorMessage(error.message),
  });
  return { ...answer, headers: { ...errorHeaders(error), ...answer.headers } };
}

function codeOf(error: GatehouseError): TokenErrorCode {
  if (error instanceof TokenRefused) return error.error;
  if (error.code === "unauthenticated") return "invalid_client";
  return error.status < 500 ? "invalid_request" : "temporarily_unavailable";
}

const json = (status: number, value: object): Reply => ({
  status,
  headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
  body: JSON.stringify(value),
});

type Parameters = Readonly<Partial<Record<string, string>>>;

/** By what it begins with: labels are wrong now and then. @throws request-malformed */
function parametersIn(body: Buffer, contentType: string | undefined): Parameters {
  const text = utf8(body)?.trim();
  if (text === undefined || text === "") throw malformed();
  return text.startsWith("{") || /json/i.test(contentType ?? "") ? inJson(text) : inForm(text);
}

const malformed = () =>
  new TokenRefused("invalid_request", "The request is neither a JSON object of texts nor a form.");

function inJson(text: string): Parameters {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed();
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed();
  return named(Object.entries(value).filter(([, one]) => one !== null));
}

function inForm(text: string): Parameters {
  const said = [...new URLSearchParams(text)];
  if (new Set(said.map(([name]) => name)).size < said.length) throw malformed();
  return named(said);
}

const NAMES: ReadonlySet<string> = new Set(["grant_type", "client_id", "client_secret", "scope"]);

/** Others are left out (RFC 6749, section 3.2). */
function named(said: readonly (readonly [string, unknown])[]): Parameters {
  const known = said.filter(([name]) => NAMES.has(name));
  if (known.some(([, value]) => typeof value !== "string")) throw malformed();
  return Object.fromEntries(known) as Parameters;
}

/** In the request, or by Basic (RFC 6749, section 2.3.1); not both. */
function clientIn(
  { client_id: name, client_secret: secret }: Parameters,
  authorization: string | undefined,
): { readonly name: string; readonly secret: string } {
  if (authorization === undefined) {
    if (name === undefined || secret === undefined)
      throw new TokenRefused("invalid_client", "client_id or client_secret is missing.");
    return { name, secret };
  }
  const shown = credentialsIn(authorization);
  if (shown?.scheme !== "basic") throw new TokenRefused("invalid_client", "Authorization is not Basic, in UTF-8.");
  if (secret !== undefined || (name !== undefined && name !== formDecoded(shown.name)))
    throw new TokenRefused("invalid_request", "The client shows itself in two ways.");
  return { name: formDecoded(shown.name), secret: formDecoded(shown.secret) };
}

/** Clients encode both before they write them into Basic; what was not is taken as it is. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
