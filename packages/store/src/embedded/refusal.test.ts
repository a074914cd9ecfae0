import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { asRefusal } from "./refusal.js";

const failed = (code: string, where?: string) =>
  Object.assign(new Error(`${code}: mkdir '${where}'`), { code, ...(where === undefined ? {} : { path: where }) });
const said = (code: string, where?: string) => asRefusal(failed(code, where), "/srv/gate/data").message;

describe("what ends a start", () => {
  it("names the data folder, whatever of it is meant, and where it is a link to another one", () => {
    for (const where of [undefined, "/srv/gate/data", "/srv/gate", "/mnt/disk/data/pg", "/srv/gatehouse-0fc4283ce5b6"])
      expect(said("EACCES", where)).toBe(
        "This user may not write the data folder /srv/gate/data: give the folder to the user that runs the gateway, or choose another one.",
      );
    expect(said("ENOSPC", "/srv/gate/data/x")).toBe(
      "There is no space left for the data folder /srv/gate/data: free some, then start again.",
    );
  });

  it("names the folder for temporary files where the one for sockets is meant, and how another one is chosen", () => {
    expect(said("EACCES", "/tmp/gatehouse-0fc4283ce5b6")).toBe(
      "This user may not write the folder for temporary files /tmp: let the user that runs the gateway write there, or choose another one by TMPDIR.",
    );
    const sockets = path.join(tmpdir(), "gatehouse-0fc4283ce5b6");
    expect(said("ENOSPC", sockets)).toBe(
      `There is no space left for the folder for temporary files ${tmpdir()}: free some, then start again.`,
    );
  });

  it("says where the data folder cannot be", () => {
    for (const code of ["ENOTDIR", "EEXIST"])
      expect(said(code, "/srv/gate")).toBe(
        "The data folder /srv/gate/data cannot be made: something there is no folder.",
      );
  });

  it("leaves an error that is ours as it is", () => {
    const ours = asRefusal(new Error("boom"), "/srv/gate/data");
    expect(asRefusal(ours, "/elsewhere")).toBe(ours);
    expect(ours).toMatchObject({ code: "start-refused", detail: "boom" });
  });
});
