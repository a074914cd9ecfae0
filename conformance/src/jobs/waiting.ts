import http from "node:http";
import https from "node:https";

/** An agent that waits for a server's word, as the document of the REST protocol has it: no program of today does. */
export interface HeldWait {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** All that came so far. */
  text(): string;
  /** All that came, once the server has ended it. */
  readonly ended: Promise<string>;
  hangUp(): void;
}

/** Resolves with the first byte of the answer. @param base of a gateway, such as https://127.0.0.1:8140 */
export function waitAt(base: string, deviceId: string, path = "/plugins/fusioninventory"): Promise<HeldWait> {
  const url = new URL(`${base}${path}`);
  url.searchParams.set("action", "wait");
  url.searchParams.set("machineid", deviceId);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? https : http).get(
      url,
      { agent: false, rejectUnauthorized: false },
      (response) => {
        let text = "";
        const ended = new Promise<string>((done, broken) => {
          response.once("end", () => done(text));
          response.once("error", broken);
        });
        ended.catch(() => undefined);
        const held = { status: response.statusCode ?? 0, headers: response.headers, text: () => text, ended };
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
          resolve({ ...held, hangUp: () => request.destroy() });
        });
        response.once("end", () => resolve({ ...held, hangUp: () => undefined }));
      },
    );
    request.once("error", reject);
  });
}

/** What an agent reads of a wait that ended: `@` counts for nothing. */
export const awakened = (text: string): unknown => JSON.parse(text.replaceAll("@", ""));
