/** The agents that are played: Debian's 7 as it was recorded, and OpenVox 8. */
export type PuppetVersion = "7.23.0" | "8.28.1";

/** What sets them apart on the wire (notes on the wire, section 7). */
export interface Manners {
  readonly userAgent: string;
  /** Of metadata, node and report. */
  readonly accept: string;
  readonly acceptCatalog: string;
  /** 8 sends no `osfamily`, `ipaddress` and the like. */
  readonly legacyFacts: boolean;
  /** 8 leaves resources that were in order out of its reports. */
  readonly unchangedResources: boolean;
  /** 8 asks in its request for a certificate that is renewed. */
  readonly autoRenew: boolean;
}

const MANNERS: Readonly<Record<PuppetVersion, Manners>> = {
  "7.23.0": {
    userAgent: "Puppet/7.23.0 Ruby/3.1.2-p20 (x86_64-linux-gnu)",
    accept: "application/json, text/pson",
    acceptCatalog: "application/vnd.puppet.rich+json, application/json, text/pson",
    legacyFacts: true,
    unchangedResources: true,
    autoRenew: false,
  },
  "8.28.1": {
    userAgent: "Puppet/8.28.1 Ruby/3.2.8-p263 (x86_64-linux)",
    accept: "application/json",
    acceptCatalog: "application/vnd.puppet.rich+json, application/json",
    legacyFacts: false,
    unchangedResources: false,
    autoRenew: true,
  },
};

export const mannersOf = (version: PuppetVersion): Manners => MANNERS[version];
