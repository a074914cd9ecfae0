import { run } from "../programs.js";

let found: Promise<Readonly<Record<string, unknown>>> | undefined;

/**
 * What an agent on this machine would say of itself, under another name; asked once: its clock goes on.
 * @param home a folder for it
 */
export async function machineFacts(certname: string, home: string): Promise<Readonly<Record<string, unknown>>> {
  found ??= run("puppet", ["facts", "show", "--show-legacy", "--render-as", "json"], home).then(({ code, out }) => {
    if (code !== 0) throw new Error(`puppet facts ended with ${code}: ${out}`);
    return JSON.parse(out.slice(out.indexOf("{"), out.lastIndexOf("}") + 1));
  });
  const [hostname = "", ...domain] = certname.split(".");
  return {
    ...(await found),
    hostname,
    domain: domain.join("."),
    fqdn: certname,
    clientcert: certname,
    clientversion: "7.23.0",
    clientnoop: false,
  };
}
