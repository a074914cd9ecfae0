import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, mkdir, mkdtemp, open, readdir, rm, stat, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, posix, relative, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Named } from "../machine.js";
import { type CommandRunner, judged } from "./command.js";
import type { DeployAction, DeployCheck } from "./jobs.js";
import type { Acted, DeployPlace, OpenFile } from "./place.js";
import { unpackInto } from "./unpack.js";

/**
 * A temporary folder that a package takes for the machine: `/etc/x` is a file below it, and nothing outside is looked at or
 * changed. Commands are the one way out: they are run by who is given for that, in the folder with the package's files.
 */
export class Sandbox implements DeployPlace {
  readonly #dir: string;
  readonly #work: string;
  readonly #run: CommandRunner;
  readonly #registry: Readonly<Record<string, Named>>;

  private constructor(dir: string, run: CommandRunner, registry: Readonly<Record<string, Named>>) {
    this.#dir = dir;
    this.#work = join(dir, "work");
    this.#run = run;
    this.#registry = registry;
  }

  /** @param registry what checks of the registry find */
  static async make(run: CommandRunner, registry: Readonly<Record<string, Named>> = {}): Promise<Sandbox> {
    const dir = await mkdtemp(join(tmpdir(), "simulated-deploy-"));
    const sandbox = new Sandbox(dir, run, registry);
    await mkdir(sandbox.#work);
    await mkdir(join(dir, "root"));
    return sandbox;
  }

  /** What stands for a path of the machine. @throws Error for one that leads out of the work folder */
  at(path: string): string {
    if (posix.isAbsolute(path)) return join(this.#dir, "root", posix.normalize(path));
    const found = resolve(this.#work, path);
    if (relative(this.#work, found).split(sep)[0] === "..")
      throw new Error(`${path} leads out of the package's folder`);
    return found;
  }

  async fault({ type, path, value }: DeployCheck): Promise<string | undefined> {
    if (type.startsWith("win")) return this.#registryFault(type, path, value);
    const found = type === "freespaceGreater" ? undefined : await stat(this.at(path)).catch(() => undefined);
    const isFile = found?.isFile() === true;
    const held = (holds: boolean, words: string) => (holds ? undefined : `${path} ${words}`);
    switch (type) {
      case "directoryExists":
        return held(found?.isDirectory() === true, "directory is missing");
      case "directoryMissing":
        return held(found?.isDirectory() !== true, "directory is found");
      case "fileExists":
        return held(isFile, "file is missing");
      case "fileMissing":
        return held(!isFile, "file is found");
      case "fileSizeEquals":
        return held(isFile && found?.size === Number(value), "file has another size");
      case "fileSizeGreater":
        return held(isFile && (found?.size ?? 0) > Number(value), "file is not greater");
      case "fileSizeLower":
        return held(isFile && (found?.size ?? 0) < Number(value), "file is not lower");
      case "fileSHA512":
        return held(isFile && (await sha512Of(this.at(path))) === value.toLowerCase(), "file has another SHA-512");
      case "fileSHA512mismatch":
        return held(isFile && (await sha512Of(this.at(path))) !== value.toLowerCase(), "file has this SHA-512");
      case "freespaceGreater": {
        const { bavail, bsize } = await statfs(this.#dir);
        return held((bavail * bsize) / (1 << 20) > Number(value), "has not enough free space");
      }
      default:
        // As agents have it: one that they do not know holds.
        return undefined;
    }
  }

  async file(name: string): Promise<OpenFile> {
    const at = this.at(name);
    const handle = await open(at, "w");
    return {
      write: async (bytes) => {
        await handle.write(bytes);
      },
      end: async (whole) => {
        await handle.close();
        if (!whole) await rm(at, { force: true });
      },
    };
  }

  async unpack(name: string): Promise<void> {
    await unpackInto(this.at(name), this.#work);
  }

  async act(action: DeployAction): Promise<Acted> {
    try {
      return await this.#act(action);
    } catch (thrown) {
      return { ok: false, lines: [thrown instanceof Error ? thrown.message : String(thrown)] };
    }
  }

  async close(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #act({ type, settings }: DeployAction): Promise<Acted> {
    if (type === "cmd") return judged(settings, await this.#run(settings, this.#work));
    const done: Acted = { ok: true, lines: [] };
    if (type === "mkdir" || type === "delete") {
      for (const path of settings.list as readonly string[]) {
        if (type === "mkdir") await mkdir(this.at(path), { recursive: true });
        else await rm(this.at(path), { recursive: true });
      }
      return done;
    }
    if (type !== "move" && type !== "copy") return { ok: false, lines: [`Unknown action ${type}`] };
    const to = this.at(String(settings.to));
    const all = await this.#matching(String(settings.from));
    if (all.length === 0) return { ok: false, lines: [`${settings.from} is missing`] };
    const isFolder = (await stat(to).catch(() => undefined))?.isDirectory() === true;
    for (const from of all) {
      const target = isFolder ? join(to, basename(from)) : to;
      await cp(from, target, { recursive: true });
      if (type === "move") await rm(from, { recursive: true });
    }
    return done;
  }

  /** What a pattern with `*` and `?` in its last part stands for. */
  async #matching(pattern: string): Promise<string[]> {
    const path = this.at(pattern);
    const words = basename(path).replace(/[.+^${}()|[\]\\]/g, "\\$&");
    const fits = new RegExp(`^${words.replaceAll("*", ".*").replaceAll("?", ".")}$`);
    const names = await readdir(dirname(path)).catch((): string[] => []);
    return names.filter((name) => fits.test(name)).map((name) => join(dirname(path), name));
  }

  #registryFault(type: string, path: string, value: string): string | undefined {
    const key = this.#registry[path];
    const [name = ""] = path.split("/").slice(-1);
    const found = this.#registry[path.slice(0, -name.length - 1)]?.[name];
    const held = (holds: boolean, words: string) => (holds ? undefined : `${path} ${words}`);
    if (type === "winkeyExists") return held(key !== undefined, "key is missing");
    if (type === "winkeyMissing") return held(key === undefined, "key is found");
    if (type === "winkeyEquals") return held(found === value, "has another value");
    if (type === "winkeyNotEquals") return held(found !== undefined && found !== value, "has this value");
    if (type === "winvalueExists") return held(found !== undefined, "value is missing");
    if (type === "winvalueMissing") return held(found === undefined, "value is found");
    return held(type !== "winvalueType" || found !== undefined, "value is missing");
  }
}

async function sha512Of(path: string): Promise<string> {
  const hash = createHash("sha512");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
