import { createHash } from "node:crypto";
import { type InstalledPackage, packagesOf } from "./packages.js";
import { drawOf, oneOf } from "./random.js";

/** A made-up computer at a moment: what every dialect's inventory is written from. */
export interface Machine {
  readonly name: string;
  readonly uuid: string;
  readonly serial: string;
  readonly vendor: string;
  readonly model: string;
  readonly cpu: { readonly name: string; readonly cores: number; readonly mhz: number };
  /** MiB. */
  readonly memory: number;
  readonly swap: number;
  readonly interfaces: readonly Interface[];
  readonly gateway: string;
  readonly drives: readonly Drive[];
  readonly users: readonly User[];
  readonly processes: readonly Process[];
  readonly packages: readonly InstalledPackage[];
  readonly kernel: string;
  readonly installedAt: Date;
  readonly bootedAt: Date;
  readonly now: Date;
}

export interface Interface {
  readonly name: string;
  readonly mac: string;
  readonly address: string;
  readonly isUp: boolean;
}
export interface Drive {
  readonly device: string;
  readonly mount: string;
  /** MiB. */
  readonly total: number;
  readonly free: number;
}
export interface User {
  readonly id: number;
  readonly login: string;
}
export interface Process {
  readonly pid: number;
  readonly user: string;
  readonly command: string;
  readonly cpu: string;
  readonly memory: string;
  readonly virtual: number;
  readonly startedAt: Date;
}

type Model = Readonly<Record<"vendor" | "model" | "cpu", string>>;
const MODELS: readonly [Model, ...Model[]] = [
  { vendor: "Dell Inc.", model: "PowerEdge R650", cpu: "Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz" },
  { vendor: "HPE", model: "ProLiant DL360 Gen10", cpu: "Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz" },
  { vendor: "LENOVO", model: "ThinkPad T14 Gen 3", cpu: "AMD Ryzen 7 PRO 6850U with Radeon Graphics" },
];
const SERVICES =
  "daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody postgres sshd tss".split(" ");
const DAEMONS = ["systemd", "sshd: listener", "cron -f", "dbus-daemon --system", "nginx: worker process", "postgres"];

/**
 * A computer: the same for the same seed, and other ones have another serial, UUID and MAC. From run to run free space,
 * processes and load differ; with every odd run a package was upgraded, with every seventh it was started anew.
 *
 * @param seed usually its name
 * @param runs runs before this one
 */
export function machineOf({
  name,
  seed = name,
  runs,
  now,
}: {
  name: string;
  seed?: string;
  runs: number;
  now: Date;
}): Machine {
  const hash = createHash("sha256").update(`machine ${seed}`).digest();
  const hex = (from: number, to: number): string => hash.toString("hex", from, to);
  const draw = drawOf(`hardware of ${seed}`);
  const moment = drawOf(`${seed} at run ${runs}`);
  const { vendor, model, cpu } = oneOf(draw, MODELS);
  const total = 120_000 + 1000 * draw(800);
  const boots = Math.floor(runs / 7);
  const mac = (n: number): string => ["02", hex(6, 10), `0${n}`].join("").replace(/(..)(?=.)/g, "$1:");
  const address = `10.${hash[0]}.${hash[1]}.${((hash[2] ?? 0) % 250) + 2}`;
  return {
    name,
    uuid: `${hex(10, 14)}-${hex(14, 16)}-4${hex(16, 18).slice(1)}-a${hex(18, 20).slice(1)}-${hex(20, 26)}`,
    serial: `SIM${hex(26, 31).toUpperCase()}`,
    vendor,
    model,
    cpu: { name: cpu, cores: 4 * (1 + draw(8)), mhz: 2000 + 100 * draw(15) },
    memory: 4096 * (1 + draw(16)),
    swap: 2048,
    interfaces: [
      { name: "eth0", mac: mac(1), address, isUp: true },
      { name: "eth1", mac: mac(2), address: "", isUp: false },
    ],
    gateway: `10.${hash[0]}.${hash[1]}.1`,
    drives: [
      { device: "/dev/sda2", mount: "/", total: 40_000, free: 20_000 - 13 * runs - moment(200) },
      { device: "/dev/sda3", mount: "/var", total, free: Math.round(total / 2) - 37 * runs - moment(900) },
    ],
    users: [{ id: 0, login: "root" }, ...SERVICES.map((login, index) => ({ id: index + 1, login }))],
    processes: Array.from({ length: 60 }, (_, index) => ({
      pid: 1 + index * 17 + (index === 0 ? 0 : moment(16)),
      user: index % 3 === 0 ? "root" : "www-data",
      command: DAEMONS[index % DAEMONS.length] ?? "",
      cpu: (moment(80) / 10).toFixed(1),
      memory: (moment(30) / 10).toFixed(1),
      virtual: 2000 + 4 * moment(40_000),
      startedAt: new Date(now.getTime() - 60_000 * (1 + moment(5000))),
    })),
    packages: packagesOf(seed, runs),
    kernel: `6.1.0-${20 + draw(8)}-amd64`,
    installedAt: new Date(Date.UTC(2025, draw(12), 1 + draw(28), 9, draw(60), 0)),
    bootedAt: new Date(Date.UTC(2026, 0, 1 + draw(28) + boots, draw(24), draw(60), 0)),
    now,
  };
}

/** `2026-02-28 09:15:00`, as agents write a moment. */
export const timeText = (date: Date): string => date.toISOString().slice(0, 19).replace("T", " ");
