import type { Reply, RouteRow } from "@gatehouse/http";
import type { PuppetV3Deps } from "../../deps.js";
import { isServedStatically } from "../../environment/static-files.js";
import { treeOf } from "../../environment/tree.js";
import { PLAIN, PlainError, text } from "../../errors.js";
import { contentTypeOf } from "../../wire/formats.js";

const CODE_ID = /^[A-Za-z0-9_:;-]{1,256}$/;

const refused = (status: number, message: string): Reply => text(status, message, PLAIN);

/**
 * A file of the version that a static catalog was made of, replaced ones too (wire/puppet.md section 3.7). The texts are
 * puppetserver's; a version or file that there is not is 404 here, where its command would fail.
 */
export function staticContentRoutes({ environments, content }: PuppetV3Deps): RouteRow[] {
  return [
    {
      id: "puppet.v3.static-file-content",
      method: "GET",
      pattern: /^\/puppet\/v3\/static_file_content\/(?<path>.+)$/,
      access: { who: "rules" },
      bodyLimit: 0,
      admission: "content",
      handle: async ({ query, params }) => {
        const name = query.get("environment") ?? "";
        const codeId = query.get("code_id") ?? "";
        const path = params["path"] ?? "";
        if (name === "" || codeId === "")
          return refused(
            400,
            "Error: A /static_file_content request requires an environment, a code-id, and a file-path",
          );
        if (!/^\w{1,64}$/.test(name))
          return refused(400, `The environment must be purely alphanumeric, not '${name.slice(0, 64)}'`);
        if (!CODE_ID.test(codeId))
          return refused(
            400,
            `Invalid code-id '${codeId.slice(0, 256)}'. Must contain only alpha-numerics and '-', '_', ';', or ':'`,
          );
        if (!isServedStatically(path))
          return refused(
            403,
            "Request Denied: A /static_file_content request must be a file within the files, lib, scripts, or tasks directory of a module.",
          );
        const version = await environments.byCodeId(name, codeId);
        const file = version === undefined ? undefined : treeOf(version).file(path);
        if (file === undefined)
          throw new PlainError("not-found", `Could not find ${path} in version '${codeId}' of environment '${name}'`);
        const blob = await content.open(file);
        return {
          status: 200,
          headers: { "Content-Type": contentTypeOf("binary") },
          body: "bytes" in blob ? blob.bytes : { path: blob.path, size: blob.size },
        };
      },
    },
  ];
}
