import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findRuby } from "./find-ruby.js";
import { ruby } from "./ruby.test.helper.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-find-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** A program in the place of Ruby. */
function program(name: string, text: string, mode = 0o755): string {
  const file = path.join(dir, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, mode);
  return file;
}

describe("looking for Ruby", () => {
  it("finds what the library's version says", async () => {
    const file = program(
      "openvox",
      "echo warning; echo /opt/bin/ruby; echo 3.2.5; echo yjit; echo OpenVox; echo 8.28.1",
    );
    expect(await findRuby({ ruby: file, libdir: "/somewhere/lib" })).toEqual({
      ...{
        ruby: file,
        path: "/opt/bin/ruby",
        libdir: "/somewhere/lib",
        rubyVersion: "3.2.5",
        hasYjit: true,
        library: "OpenVox",
        libraryVersion: "8.28.1",
      },
    });
  });

  it("hands over where the library is, and nothing of the environment that is ours", async () => {
    process.env["GATEHOUSE_TOKEN"] = "secret";
    const file = program("echo", 'env >&2; echo "Error: $1 $2 [$GATEHOUSE_TOKEN]" >&2; exit 1');
    const found = await findRuby({ ruby: file, libdir: "/lib/puppet" });
    delete process.env["GATEHOUSE_TOKEN"];
    expect(found).toEqual({ missing: expect.stringContaining("Error: -I /lib/puppet []") });
  });

  it.each([
    ["is not there", () => path.join(dir, "nowhere"), "nowhere: not there"],
    ["may not be run", () => program("data", "", 0o644), "data: not to be run"],
    ["says something else", () => program("other", "echo hello"), "other: it does not say its version"],
    ["ends", () => program("ends", "exit 7"), "ends: it ended with 7"],
    [
      "has no library",
      () => program("bare", "echo 'in require: cannot load such file -- puppet/version (LoadError)' >&2; exit 1"),
      "bare: in require: cannot load such file -- puppet/version (LoadError)",
    ],
  ])("says why there is none: a program that %s", async (_, make, why) => {
    expect(await findRuby({ ruby: make() })).toEqual({
      missing: expect.stringMatching(
        new RegExp(`\\(.*${why.replaceAll(/[()]/g, "\\$&")}\\): install puppet-agent or OpenVox`),
      ),
    });
  });

  it.skipIf(ruby === undefined)("finds the library in a folder that is given", async () => {
    mkdirSync(path.join(dir, "lib/puppet"), { recursive: true });
    const text = "module Puppet\n  def self.version = '8.9.9'\n  def self.implementation = 'openvox'\nend\n";
    writeFileSync(path.join(dir, "lib/puppet/version.rb"), text);
    const found = await findRuby({ ruby: ruby?.ruby, libdir: path.join(dir, "lib") });
    expect(found).toMatchObject({
      path: expect.stringMatching(/^\/.*ruby/),
      library: "OpenVox",
      libraryVersion: "8.9.9",
      rubyVersion: ruby?.rubyVersion,
    });
  });
});
