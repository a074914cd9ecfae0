import { bench, type Say } from "../bench.js";
import type { Report } from "../report.js";
import { bundles } from "./bundles.js";
import { enrolment } from "./enrolment.js";
import { revocation } from "./revocation.js";
import { caSettings } from "./settings.js";

/** Every measurement of the certificate authority. */
export function benchCa(quick: boolean, say: Say): Promise<Report> {
  const settings = caSettings(quick);
  const { hosts, certificates, revoked } = settings;
  return bench("ca", settings, say, [
    [`certificates of ${hosts} hosts at once beside bare signatures`, (dir) => enrolment(dir, settings)],
    [
      "revocation lists and certificates by mutual TLS beside the yardstick",
      (dir, load) => bundles(dir, load, settings),
    ],
    [
      `an authority of ${certificates} certificates, ${revoked} of them revoked`,
      (dir) => revocation(dir, settings, say),
    ],
  ]);
}
