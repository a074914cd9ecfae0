import createFetchClient, { type Client } from "openapi-fetch";
import type { paths } from "./schema.js";

export type GatehouseClient = Client<paths>;

/** Where a gateway is, how the caller proves itself, and over what. */
export interface ClientOptions {
  /** Of the gateway, without a path. */
  readonly url: string;
  readonly token: string;
  /** In place of the global one: for a certificate that is pinned, or an authority of one's own. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** The API with the types of its document. {@link unwrap} turns its answers into values and errors. */
export function createClient({ url, token, fetch }: ClientOptions): GatehouseClient {
  return createFetchClient<paths>({
    baseUrl: `${url.replace(/\/+$/, "")}/api/v1`,
    headers: { Authorization: `Bearer ${token}` },
    // The API redirects nobody: a token goes to no other place.
    redirect: "error",
    ...(fetch === undefined ? {} : { fetch }),
  });
}

/**
 * The options of a call that sends bytes: `client.POST("/artifacts/{kind}", { params, ...upload(bytes) })`.
 * @param length of a stream, where it is known: without one it goes out in chunks
 */
export function upload(bytes: Blob | Uint8Array | ReadableStream<Uint8Array>, length?: number) {
  return {
    body: bytes,
    bodySerializer: (body: typeof bytes) => body,
    headers: {
      "Content-Type": "application/octet-stream",
      ...(length === undefined ? {} : { "Content-Length": String(length) }),
    },
    // Node sends a stream only for who says that the answer comes after it.
    duplex: "half",
  } as const;
}
