import { dateOf } from "@gatehouse/inventory";
import type { XmlTree } from "./tree.js";
import { type Json, said, textIn, treeIn, treesOf } from "./values.js";

/** Sockets that a machine may have. */
const MOST_SOCKETS = 64;
/** OCS on Linux: the architecture, and for how long the machine has been up. */
const ARCH_AND_UPTIME = /^(?<arch>[\w-]{1,20})\/\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/;

/**
 * What OCS and older agents say in HARDWARE, and others in sections of their own (wire/xml-inventory.md section 5): the
 * system, the processors, who is logged in. Nothing of it takes the place of a section that is there.
 */
export function oldSystem(content: XmlTree): Json {
  const hardware = treeIn(content["hardware"]) ?? {};
  const has = (...sections: readonly string[]) => sections.some((section) => content[section] !== undefined);
  return said({
    hardware: withoutUptime(hardware),
    operatingsystem: has("operatingsystem") ? undefined : systemOf(hardware),
    cpus: has("cpus") ? eachSocket(treesOf(content["cpus"])) : processorsOf(hardware),
    // An agent that knows of systems knows who is logged in, and says so: then nobody is.
    users: has("users", "user", "operatingsystem") ? undefined : usersOf(hardware),
  });
}

function systemOf(hardware: XmlTree): Json | undefined {
  const fullName = textIn(hardware["osname"]);
  if (fullName === undefined) return undefined;
  const comments = textIn(hardware["oscomments"]);
  const installed = textIn(hardware["installdate"]);
  return said({
    full_name: fullName,
    name: fullName.split(" ", 1)[0],
    version: textIn(hardware["osversion"]),
    // Of Linux it is the kernel's build, as `uname -v` has it: `#1 SMP …`; of Windows a service pack.
    kernel_version: comments?.startsWith("#") ? comments : undefined,
    service_pack: comments?.startsWith("Service Pack") ? comments : undefined,
    arch: uptimeOf(hardware)?.["arch"] ?? textIn(hardware["archname"]),
    install_date: installed && dateOf(installed),
  });
}

function processorsOf(hardware: XmlTree): Json[] | undefined {
  const name = textIn(hardware["processort"]);
  if (name === undefined) return undefined;
  return Array.from({ length: countOf(hardware["processorn"]) }, () =>
    said({ name, speed: textIn(hardware["processors"]) }),
  );
}

/** OCS writes one entry for processors that are alike. */
function eachSocket(cpus: readonly XmlTree[]): Json[] | undefined {
  const [only, ...more] = cpus;
  if (only?.["nbsocket"] === undefined) return undefined;
  const each = more.length === 0 ? Array.from({ length: countOf(only["nbsocket"]) }, () => only) : cpus;
  return each.map(({ nbsocket: _, logical_cpus: __, data_width: ___, ...cpu }) => cpu);
}

const countOf = (value: XmlTree[string] | undefined): number => {
  const count = Number(textIn(value) ?? 1);
  return Number.isInteger(count) ? Math.min(Math.max(count, 1), MOST_SOCKETS) : 1;
};

function usersOf(hardware: XmlTree): Json[] | undefined {
  const login = textIn(hardware["userid"]) ?? textIn(hardware["lastloggeduser"]);
  return login === undefined ? undefined : [{ login }];
}

const uptimeOf = (hardware: XmlTree) => ARCH_AND_UPTIME.exec(textIn(hardware["description"]) ?? "")?.groups;

/** For how long a machine has been up is no description of it, and changes with every message. */
function withoutUptime(hardware: XmlTree): Json | undefined {
  if (uptimeOf(hardware) === undefined) return undefined;
  const { description: _, ...others } = hardware;
  return others;
}
