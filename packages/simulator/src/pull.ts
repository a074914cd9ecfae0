import type { DscAction } from "./action.js";
import { readConfiguration } from "./applied-configuration.js";
import { LcmError } from "./errors.js";
import type { Lcm } from "./lcm.js";
import type { LcmState, Progress } from "./lcm-state.js";

/** A pending registration is tried with ReportServer first, and only then in full, as recorded from DSC for Linux. */
export async function registerAgain(lcm: Lcm): Promise<void> {
  for (const types of [["ReportServer"] as const, undefined]) {
    const refused = (await lcm.register(types)).find((answer) => !answer.ok);
    if (refused !== undefined) {
      const text = `Registration of the Dsc Agent failed with status ${refused.status}.`;
      throw new LcmError("status", "RegisterDscAgent", text, refused);
    }
  }
}

/** Asks for the action and downloads what it tells to get; checksums count from the download on. */
export async function pull(lcm: Lcm, state: LcmState, done: Progress): Promise<void> {
  const names = lcm.options.configurationNames ?? [];
  const partials = lcm.options.partials === true;
  const statuses = lcm.clientStatus();
  // DSC for Linux knows no names here: with partials it asks the same question once per block.
  const times = partials && lcm.flavour === "linux" ? names.length : 1;
  const fetched = new Set<string>();
  for (let round = 0; round < times; round += 1) {
    const action = await lcm.getDscAction(statuses);
    done.nodeStatus = action.nodeStatus;
    for (const name of namesToGet(lcm, action, partials)) {
      const { bytes, checksum } = await lcm.getConfiguration(name);
      done.downloads.push({ name, checksum, bytes: bytes.length });
      const key = partials && lcm.flavour !== "linux" ? name : "";
      state.checksums.set(key, checksum);
      state.pending.set(key, readConfiguration(bytes, checksum));
      if (fetched.has(name)) {
        const text = "Found more than one instance with the same ResourceId. Correct that and try again.";
        throw new LcmError("protocol", "GetConfiguration", text);
      }
      fetched.add(name);
    }
  }
}

function namesToGet(lcm: Lcm, action: DscAction, partials: boolean): string[] {
  if (action.nodeStatus !== "GetConfiguration") {
    return [];
  }
  const told = action.details
    .filter(({ status }) => status === "GetConfiguration")
    .map((item) => item.configurationName);
  const wanted = partials && lcm.flavour !== "linux" ? told : told.slice(0, 1);
  if (wanted.length === 0) {
    throw new LcmError("protocol", "GetDscAction", "GetConfiguration without a name to get.", action.answer);
  }
  return wanted;
}

/** Gets the modules that downloaded configurations lack, and takes those configurations into force. */
export async function applyPending(lcm: Lcm, state: LcmState, done: Progress): Promise<void> {
  for (const [key, configuration] of state.pending) {
    for (const { name, version } of state.modules.missing(configuration.modules, lcm.flavour)) {
      const { bytes } = await lcm.getModule(name, version);
      state.modules.add(name, version);
      done.modules.push({ name, version, bytes: bytes.length });
    }
    state.applied.set(key, configuration);
    state.pending.delete(key);
  }
}
