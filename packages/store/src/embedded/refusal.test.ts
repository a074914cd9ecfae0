import { describe, expect, it } from "vitest";
import { asRefusal } from "./refusal.js";

const failed = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: mkdir '${path}'`), { code, ...(path === undefined ? {} : { path }) });
const said = (code: string, path?: string) => asRefusal(failed(code, path), "/srv/gate/data").message;

describe("what ends a start", () => {
  it("names the data folder, for what is in it, and where it is to be made", () => {
    for (const path of [undefined, "/srv/gate/data", "/srv/gate/data/postgres", "/srv/gate"])
      expect(said("EACCES", path)).toMatch(
        /^This user may not write the data folder \/srv\/gate\/data: give the folder/,
      );
    expect(said("ENOSPC", "/srv/gate/data/x")).toMatch(
      /^There is no space left for the data folder \/srv\/gate\/data:/,
    );
  });

  it("names the folder for temporary files, and how another one is chosen", () => {
    expect(said("EACCES", "/var/tmp/gatehouse-1")).toBe(
      "This user may not write the folder for temporary files /var/tmp: let the user that runs the gateway write there, or choose another one by TMPDIR.",
    );
    expect(said("EACCES", "/srv/gatehouse-1")).toMatch(
      /^This user may not write the folder for temporary files \/srv:/,
    );
    expect(said("ENOSPC", "/var/tmp/gatehouse-1/.s")).toMatch(
      /^There is no space left for the folder for temporary files \/var\/tmp\/gatehouse-1:/,
    );
  });

  it("leaves an error that is ours as it is", () => {
    const ours = asRefusal(new Error("boom"), "/srv/gate/data");
    expect(asRefusal(ours, "/elsewhere")).toBe(ours);
    expect(ours).toMatchObject({ code: "start-refused", detail: "boom" });
  });
});
