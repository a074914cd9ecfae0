import { expect, it } from "vitest";
import { compilerOf, requestFor, ruby, versionOf } from "./ruby.test.helper.js";

/** What the code of a version sees as `$settings`, of a compiler that is started for it. */
async function settingsOf(version: number): Promise<Record<string, unknown>> {
  const compiler = await compilerOf({ serverFacts: { servername: "Gate.example.org" } });
  const site = {
    "manifests/site.pp": "notify { 'n': message => $settings::all_local.filter |$name, $value| { $value !~ Float } }",
  };
  const warm = versionOf({ "manifests/site.pp": "" }, { name: "other" });
  for (let i = 1; i < version; i++) await compiler.warm({ ...warm, version: i });
  try {
    const made = await compiler.compile(requestFor(versionOf(site, { version })));
    return made.catalog.resources.at(-1)?.parameters?.["message"] as Record<string, unknown>;
  } finally {
    await compiler.close();
  }
}

it.skipIf(ruby === undefined)(
  "settings, as code sees them, are the same at each start and of each version",
  async () => {
    const settings = await settingsOf(1);
    expect(await settingsOf(2)).toEqual(settings);
    expect(settings).toMatchObject({
      certname: "gate.example.org",
      confdir: "/etc/puppetlabs/puppet",
      ssldir: "/etc/puppetlabs/puppet/ssl",
      codedir: "/etc/puppetlabs/code",
      environmentpath: "/etc/puppetlabs/code/environments",
      basemodulepath: "/etc/puppetlabs/code/modules",
      manifest: "/etc/puppetlabs/code/environments/production/manifests",
      vardir: "/opt/puppetlabs/server/data/puppetserver",
      logdir: "/var/log/puppetlabs/puppetserver",
      rundir: "/var/run/puppetlabs/puppetserver",
      hiera_config: "/etc/puppetlabs/puppet/hiera.yaml",
      user: "puppet",
      group: "puppet",
    });
    expect(JSON.stringify(settings)).not.toContain("gatehouse");
  },
);
