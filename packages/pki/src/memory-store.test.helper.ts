import type {
  AuthorityRecord,
  Certificate,
  CertificateRequest,
  CertificateStore,
  PublishedCrl,
  Revocation,
} from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import { serialText } from "./serial.js";

type Stored = { -readonly [K in keyof Certificate]: Certificate[K] };

/** What a test may do to a store, beside asking it. */
export interface MemoryStore extends CertificateStore {
  /** Every call, in order, for the order of side effects. */
  readonly calls: string[];
  /** Fails the next call of this method, before it does anything. */
  failNext(method: keyof CertificateStore, error: Error): void;
  /** Runs before the next call of this method. */
  before(method: keyof CertificateStore, work: () => Promise<void> | void): void;
  readonly all: readonly Certificate[];
}

/**
 * A CertificateStore for unit tests of the authority, with the promises of the port and no more; several authorities
 * may share one, as replicas share a database. The real one has a contract suite of its own.
 */
export function memoryStore(clock: Clock): MemoryStore {
  let record: AuthorityRecord | undefined;
  let next = 1n;
  let generation = 0n;
  const certificates = new Map<string, Stored>();
  const imported: Revocation[] = [];
  const requests = new Map<string, CertificateRequest>();
  const crls = new Map<string, PublishedCrl & { generation: bigint }>();
  const calls: string[] = [];
  const failures = new Map<string, Error>();
  const hooks = new Map<string, () => Promise<void> | void>();

  const begin = async (method: string, said = ""): Promise<void> => {
    // A database answers later, whatever it is asked.
    await new Promise((resolve) => setImmediate(resolve));
    const hook = hooks.get(method);
    hooks.delete(method);
    await hook?.();
    calls.push(said === "" ? method : `${method} ${said}`);
    const failure = failures.get(method);
    failures.delete(method);
    if (failure !== undefined) throw failure;
  };
  const live = ({ state, cleaned }: Certificate) => state !== "revoked" && !cleaned;
  const ofName = (name: string) => [...certificates.values()].filter((each) => each.name === name);
  const notEnded = (notAfter: Date | null, now: Date) => notAfter === null || notAfter > now;

  return {
    calls,
    failNext: (method, error) => void failures.set(method, error),
    before: (method, work) => void hooks.set(method, work),
    get all() {
      return [...certificates.values()];
    },

    async authority() {
      await begin("authority");
      return record;
    },
    async found(given) {
      await begin("found");
      if (record !== undefined) throw new GatehouseError("conflict", "There is an authority already.");
      record = { ...given.authority, id: "1", createdAt: clock.now() };
      next = given.nextSerial;
      for (const { revokedAt, ...each } of given.certificates) {
        const state = revokedAt === null ? "issued" : "revoked";
        certificates.set(each.serial, {
          ...each,
          state,
          revokedAt,
          profile: "puppet",
          issuedBy: "import",
          issuedAt: each.notBefore,
          revokedBy: null,
          cleaned: false,
        });
      }
      imported.push(...given.revocations);
      for (const each of given.requests)
        requests.set(each.name, { ...each, receivedAt: clock.now(), from: null, note: null });
      for (const crl of given.crls) crls.set(crl.issuer, { ...crl, publishedAt: clock.now(), generation: 0n });
      return record;
    },

    async request(name) {
      await begin("request", name);
      return requests.get(name);
    },
    async requests() {
      await begin("requests");
      return [...requests.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async addRequest(request) {
      await begin("addRequest", request.name);
      if (requests.has(request.name)) return false;
      requests.set(request.name, { ...request, receivedAt: clock.now(), note: null });
      return true;
    },
    async noteRequest(name, note) {
      await begin("noteRequest", name);
      const request = requests.get(name);
      if (request !== undefined) requests.set(name, { ...request, note });
    },
    async deleteRequest(name) {
      await begin("deleteRequest", name);
      return requests.delete(name);
    },

    async intend({ name, profile, by, besideOthers }) {
      await begin("intend", name);
      if (!besideOthers && ofName(name).some(live)) throw new GatehouseError("conflict", "The name is taken.");
      const serial = serialText(next);
      next += 1n;
      certificates.set(serial, {
        serial,
        name,
        profile,
        state: "intended",
        pem: null,
        fingerprints: null,
        notBefore: null,
        notAfter: null,
        altNames: [],
        extensions: {},
        issuedBy: by,
        issuedAt: clock.now(),
        revokedAt: null,
        revokedBy: null,
        cleaned: false,
      });
      return { serial };
    },
    async complete(serial, signed) {
      await begin("complete", serial);
      const certificate = certificates.get(serial);
      if (certificate?.state !== "intended") throw new Error("no such intent");
      Object.assign(certificate, signed, { state: "issued" });
      requests.delete(certificate.name);
    },
    async certificate(name) {
      await begin("certificate", name);
      return ofName(name)
        .filter(({ cleaned }) => !cleaned)
        .at(-1);
    },
    async bySerial(serial) {
      await begin("bySerial", serial);
      return certificates.get(serial);
    },
    async certificates({ limit, after, name, state }) {
      await begin("certificates");
      const key = (each: Certificate) => `${each.name} ${each.serial.padStart(40, "0")}`;
      const wanted = [...certificates.values()]
        .filter((each) => name === undefined || each.name === name)
        .filter((each) => state === undefined || (each.state === "revoked") === (state === "revoked"))
        .sort((a, b) => (key(a) < key(b) ? -1 : 1))
        .filter((each) => after === undefined || key(each) > after);
      const page = wanted.slice(0, limit);
      const last = page.at(-1);
      return { certificates: page, next: wanted.length > limit && last !== undefined ? key(last) : null };
    },

    async revoke({ names = [], serials = [] }, by) {
      await begin("revoke", [...names, ...serials].join(" "));
      const hit = [...certificates.values()].filter(
        (each) => each.state !== "revoked" && (names.includes(each.name) || serials.includes(each.serial)),
      );
      for (const each of hit) Object.assign(each, { state: "revoked", revokedAt: clock.now(), revokedBy: by });
      if (hit.length > 0) generation += 1n;
      return hit.map(({ serial }) => serial);
    },
    async clean(names) {
      await begin("clean", names.join(" "));
      return names.filter((name) => {
        const had = ofName(name).filter(({ cleaned }) => !cleaned);
        for (const each of had) each.cleaned = true;
        return requests.delete(name) || had.length > 0;
      });
    },
    async revocations(now) {
      await begin("revocations");
      const entries = [...certificates.values()]
        .filter((each) => each.state === "revoked" && notEnded(each.notAfter, now))
        .map(({ serial, revokedAt, notAfter }) => ({ serial, revokedAt: revokedAt ?? now, notAfter }));
      return { entries: [...imported.filter(({ notAfter }) => notEnded(notAfter, now)), ...entries], generation };
    },

    async crls() {
      await begin("crls");
      return [...crls.values()];
    },
    async publishCrl(crl, of) {
      await begin("publishCrl", `${crl.issuer} ${crl.number}`);
      const last = crls.get(crl.issuer);
      if (last !== undefined && (crl.number <= last.number || of < last.generation)) return false;
      crls.set(crl.issuer, { ...crl, publishedAt: clock.now(), generation: of });
      return true;
    },
  };
}
