import { spawnSync } from "node:child_process";

/**
 * What is put before a command so that it is on a machine of its own, as in a container: one with another name, and with
 * folders of which nobody else knows.
 * @param folders by their place there, which has to be a folder here too: the one of this machine that stands there
 */
export function onMachine(hostname: string, folders: Readonly<Record<string, string>>): readonly string[] {
  const script = `set -e; hostname "$1"; shift; while [ "$1" != -- ]; do mount --bind "$2" "$1"; shift 2; done; shift; exec "$@"`;
  const pairs = Object.entries(folders).flat();
  return ["unshare", "--uts", "--mount", "sh", "-c", script, "sh", hostname, ...pairs, "--"];
}

/** Whether {@link onMachine} is allowed to us. */
export const mayHaveMachines = (): boolean => {
  const [program = "", ...args] = [...onMachine("machine", { "/var/tmp": "/var/tmp" }), "true"];
  return spawnSync(program, args).status === 0;
};

/**
 * What is put before a command so that it cannot make namespaces of users, as a container's programs may not: in a root
 * that is changed, if only by its name, Linux refuses them.
 * @param root an empty folder, which the root is put on
 */
export function withoutUserNamespaces(root: string): readonly string[] {
  const script = `set -e; mount --rbind / "$1"; cd "$1"; shift; exec chroot . "$@"`;
  return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", root];
}
