import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { unzipSync } from "node:zlib";

/** One request of a real agent and what its server answered. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Unpacked. */
  readonly text: string;
  readonly isPacked: boolean;
  readonly answer: { readonly status: number; readonly body: Buffer };
}

interface Recorded {
  readonly exchanges: readonly {
    readonly request: {
      readonly method: string;
      readonly url: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly bodyBase64: string;
    };
    readonly response: { readonly status: number; readonly bodyBase64: string };
  }[];
}

const shared = process.env["GATEHOUSE_SHARED"] ?? path.join(import.meta.dirname, "../../../../shared");
const folder = path.join(shared, "traces/glpi");

/** Those in which an agent has work: of deploying, collecting, ESX and the network. */
export const recordings: readonly string[] = existsSync(folder)
  ? readdirSync(folder).filter((file) => /^(?:fi|glpi)-(?:deploy|collect|esx|net).*\.json$/.test(file))
  : [];
if (recordings.length === 0)
  process.stderr.write(`no recordings in ${folder}: agents' work is not replayed (set GATEHOUSE_SHARED)\n`);

export function exchangesOf(file: string): readonly Exchange[] {
  const { exchanges } = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Recorded;
  return exchanges.map(({ request, response }) => {
    const body = Buffer.from(request.bodyBase64, "base64");
    return {
      method: request.method,
      url: new URL(request.url, "http://recorded"),
      headers: Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value])),
      text: unpacked(body).toString(),
      isPacked: unpacked(body) !== body,
      answer: { status: response.status, body: unpacked(Buffer.from(response.bodyBase64 ?? "", "base64")) },
    };
  });
}

/** What zlib or gzip packed; anything else as it is. */
export function unpacked(body: Buffer): Buffer {
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  const isZlib = body[0] === 0x78 && body.length > 2 && body.readUInt16BE(0) % 31 === 0;
  return isGzip || isZlib ? unzipSync(body) : body;
}

export const actionOf = ({ url }: Exchange): string => url.searchParams.get("action") ?? "";

/** Attributes of each element of a name, in their order. */
export const attributesOf = (xml: string, element: string): readonly Readonly<Record<string, string>>[] =>
  [...xml.matchAll(new RegExp(`<${element}\\b([^>]*)/?>`, "g"))].map(([, attributes = ""]) =>
    Object.fromEntries([...attributes.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value])),
  );
