import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const VERSIONS = "/usr/lib/postgresql";

/** The folder of Debian's newest PostgreSQL; undefined where there is none. */
export function debianPostgres(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined;
  return readdirSync(VERSIONS)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => path.join(VERSIONS, version, "bin"))
    .find((bin) => existsSync(path.join(bin, "initdb")) && existsSync(path.join(bin, "postgres")));
}

/**
 * Debian's PostgreSQL, made and started as the official image does it of these variables: POSTGRES_USER is its superuser,
 * POSTGRES_DB is made.
 * @param folder empty; below another that anybody may pass
 * @param address to listen at, with port 5432
 * @returns the server, which may not answer yet
 * @throws Error with what initdb printed
 */
export function startPostgres(
  folder: string,
  address: string,
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const bin = debianPostgres();
  if (bin === undefined) throw new Error("there is no PostgreSQL of Debian");
  const {
    POSTGRES_USER: user = "postgres",
    POSTGRES_DB: database = user,
    POSTGRES_PASSWORD: password = "",
  } = environment;
  const owner = databaseUser();
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const given = path.join(folder, "password");
  writeFileSync(given, `${password}\n`, { mode: 0o600 });
  if (owner.uid !== undefined) for (const each of [folder, given]) chownSync(each, owner.uid, owner.gid ?? owner.uid);
  const data = path.join(folder, "data");
  const run = (program: string, args: readonly string[], input = "") => {
    const ran = spawnSync(path.join(bin, program), args, { ...owner, cwd: folder, input, encoding: "utf8" });
    if (ran.status !== 0) throw new Error(`${program} ended with ${ran.status}: ${ran.stdout}${ran.stderr}`);
  };
  run("initdb", ["-D", data, "-U", user, `--pwfile=${given}`, "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"]);
  // No server has to run for it, and no other command ends in a database: what is not there is made in single-user mode.
  run("postgres", ["--single", "-D", data, "postgres"], `create database ${database}\n`);
  const settings = [`listen_addresses=${address}`, "unix_socket_directories=", "max_connections=100"];
  return spawn(
    path.join(bin, "postgres"),
    ["-D", data, "-p", "5432", ...settings.flatMap((setting) => ["-c", setting])],
    { ...owner, cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  );
}

/** PostgreSQL does not run as root: who we are then. */
function databaseUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string, name: string) => {
    const { status, stdout } = spawnSync("id", [flag, name], { encoding: "utf8" });
    return status === 0 ? Number(stdout) : undefined;
  };
  const name = idOf("-u", "postgres") === undefined ? "nobody" : "postgres";
  return { uid: idOf("-u", name) ?? 65_534, gid: idOf("-g", name) ?? 65_534 };
}
