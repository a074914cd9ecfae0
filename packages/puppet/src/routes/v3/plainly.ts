import { createHash } from "node:crypto";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import { asGatehouseError } from "@gatehouse/core/errors";
import type { Reply, RouteRequest } from "@gatehouse/http";
import type { PuppetV3Deps } from "../../deps.js";
import { JSON_UTF8, PlainError, text } from "../../errors.js";
import { environmentOf } from "./parameters.js";

/** The environment of a request that puppetserver's own handlers answer: their errors are texts, without a prefix. */
export async function plainEnvironmentOf(
  environments: PuppetV3Deps["environments"],
  parameters: URLSearchParams,
): Promise<EnvironmentVersion> {
  return plainly(environmentOf(environments, parameters));
}

/** What a promise brings; what it fails with in a text. */
export async function plainly<T>(promised: Promise<T>): Promise<T> {
  try {
    return await promised;
  } catch (thrown) {
    const error = asGatehouseError(thrown);
    if (error.status >= 500 && error.code !== "not-available") throw thrown;
    throw new PlainError(error.code, error.message);
  }
}

export const json = (status: number, value: unknown): Reply => text(status, JSON.stringify(value), JSON_UTF8);

/** JSON with an ETag, or 304 where the caller has it: it may send the tag without quotes, as puppetserver's come. */
export function tagged({ headers }: Pick<RouteRequest, "headers">, value: unknown): Reply {
  const body = JSON.stringify(value);
  const tag = createHash("sha256").update(body).digest("hex");
  const known = (headers["if-none-match"] ?? "").split(",").map((one) => one.trim().replace(/^(?:W\/)?"|"$/g, ""));
  const ETag = `"${tag}"`;
  if (known.some((one) => one.replace(/--gzip$/, "") === tag)) return { status: 304, headers: { ETag } };
  return { status: 200, headers: { "Content-Type": JSON_UTF8, ETag }, body };
}
