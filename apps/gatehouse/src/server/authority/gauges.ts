import { X509Certificate } from "node:crypto";
import type { HttpMetrics } from "@gatehouse/http";
import type { AuthorityService } from "@gatehouse/pki";
import { Gauge } from "prom-client";
import type { ServerCertificate } from "../certificate.js";

/** When everything ends that stops agents by ending, in seconds since 1970: alert on what is less than a month away. */
export function authorityGauges(
  { registry }: HttpMetrics,
  service: AuthorityService,
  own: () => ServerCertificate | undefined,
): void {
  const ends = (name: string, help: string, times: () => Promise<Readonly<Record<string, Date>>>) =>
    new Gauge({
      name,
      help,
      labelNames: ["name"] as const,
      registers: [registry],
      async collect() {
        this.reset();
        for (const [label, end] of Object.entries(await times())) this.set({ name: label }, end.getTime() / 1000);
      },
    });
  ends("gatehouse_ca_certificate_end_seconds", "When each certificate of the authority ends.", async () =>
    service.trust() === undefined ? {} : (await service.expirations()).certificates,
  );
  ends("gatehouse_ca_crl_end_seconds", "When each revocation list ends.", async () =>
    service.trust() === undefined ? {} : (await service.expirations()).crls,
  );
  ends("gatehouse_server_certificate_end_seconds", "When the gateway's own certificate ends.", async () => {
    const certificate = own();
    return certificate === undefined ? {} : { own: new Date(new X509Certificate(certificate.cert).validTo) };
  });
  new Gauge({
    name: "gatehouse_ca_ready",
    help: "1 while this gateway knows of every revocation that is not brand new; it issues nothing otherwise.",
    registers: [registry],
    collect() {
      this.set(service.ready() ? 1 : 0);
    },
  });
}
