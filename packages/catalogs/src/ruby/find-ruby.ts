import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { cleanEnvironment } from "./clean-environment.js";

const run = promisify(execFile);

/** Milliseconds for Ruby to say what it is, on a machine that has much else to do. */
const PATIENCE = 30_000;

/** Where packages put a Ruby of Puppet's own. */
const OWN_RUBIES = ["/opt/puppetlabs/puppet/bin/ruby", "/opt/puppetlabs/server/bin/ruby"];

/** Only the version: the whole library takes a second, and is loaded once, by the parent of all workers. */
const PROGRAM = `
require 'puppet/version'
name = Puppet.respond_to?(:implementation) && Puppet.implementation == 'openvox' ? 'OpenVox' : 'Puppet'
jit = defined?(RubyVM::YJIT) ? 'yjit' : 'none'
puts [RbConfig.ruby, RUBY_VERSION, jit, name, Puppet.version].join("\\n")
`;

export interface RubySettings {
  /** Path of a Ruby; without it the one on PATH, then those of Puppet's packages. */
  readonly ruby?: string | undefined;
  /** The `lib` folder of Puppet or OpenVox, where Ruby does not know it by itself. */
  readonly libdir?: string | undefined;
}

export interface FoundRuby {
  /** Path, or name on PATH. */
  readonly ruby: string;
  /** The program that it is, as it says itself. */
  readonly path: string;
  readonly libdir: string | undefined;
  readonly rubyVersion: string;
  /** Whether it can compile what it runs to machine code: from 3.1 on, where it was built so. */
  readonly hasYjit: boolean;
  readonly library: "Puppet" | "OpenVox";
  readonly libraryVersion: string;
}

/** Why there is no compiler: a sentence that says what to do. */
export interface NoRuby {
  readonly missing: string;
}

/**
 * Looks for a Ruby that has Puppet's library, and asks for its version.
 * @returns the first that has it; or what was tried, and what became of each
 */
export async function findRuby({ ruby, libdir }: RubySettings = {}): Promise<FoundRuby | NoRuby> {
  const candidates = ruby === undefined ? ["ruby", ...OWN_RUBIES] : [ruby];
  const tried: string[] = [];
  for (const candidate of candidates) {
    const found = await ask(candidate, libdir);
    if (typeof found !== "string") return found;
    tried.push(`${candidate}: ${found}`);
  }
  const advice = "install puppet-agent or OpenVox, or set puppet.compiler.ruby and puppet.compiler.libdir";
  return { missing: `No Ruby with Puppet's library was found (${tried.join("; ")}): ${advice}.` };
}

async function ask(ruby: string, libdir: string | undefined): Promise<FoundRuby | string> {
  const options = { env: cleanEnvironment("/nonexistent"), timeout: PATIENCE, maxBuffer: 1 << 20 };
  try {
    const { stdout } = await run(ruby, [...loadPath(libdir), "-e", PROGRAM], options);
    const [path = "", rubyVersion = "", jit = "", library = "", libraryVersion = ""] = stdout
      .trim()
      .split("\n")
      .slice(-5);
    if (library !== "Puppet" && library !== "OpenVox") return "it does not say its version";
    return { ruby, path, libdir, rubyVersion, hasYjit: jit === "yjit", library, libraryVersion };
  } catch (thrown) {
    return reason(thrown as Failure);
  }
}

interface Failure {
  readonly code?: unknown;
  readonly killed?: boolean;
  readonly stderr?: string;
}

function reason({ code, killed, stderr = "" }: Failure): string {
  if (code === "ENOENT") return "not there";
  if (code === "EACCES") return "not to be run";
  if (killed === true) return `no answer within ${PATIENCE / 1000} s`;
  const said = stderr.split("\n").find((line) => line.includes("Error")) ?? stderr;
  return said.trim().slice(0, 300) || `it ended with ${String(code)}`;
}

/** Arguments that make a library known to Ruby. */
export const loadPath = (libdir: string | undefined): string[] => (libdir === undefined ? [] : ["-I", libdir]);
