import type { Bundle, CertificateStore, PublishedCrl, Revocation } from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import { issueCrl } from "../crl/issue.js";
import { type Crl, isListOf, readCrls } from "../crl/read.js";
import { CrlEntries } from "../crl/write.js";
import { DerError } from "../der/read.js";
import type { Log } from "../log.js";
import type { Sign } from "../signing/sign.js";
import { issuerId, type LoadedAuthority, type Signer } from "./loaded.js";
import { oneAtATime } from "./one-at-a-time.js";
import type { Revocations } from "./revocations.js";

export interface CrlsDeps {
  readonly store: Pick<CertificateStore, "crls" | "publishCrl">;
  readonly clock: Clock;
  readonly sign: Sign;
  readonly log: Log;
  readonly authority: () => LoadedAuthority;
  readonly revocations: Revocations;
  readonly crlTtl: number;
}

/** Against another replica that publishes at the same time, each try wins or the other's list has what ours would have. */
const TRIES = 8;

/** The published lists: made, renewed, taken in, and kept in memory for who asks for them. */
export class Crls {
  readonly #deps: CrlsDeps;
  readonly #entries = new CrlEntries();
  #published: readonly PublishedCrl[] = [];
  #bundle: Bundle | undefined;
  #covered: { readonly pem: string; readonly serials: ReadonlySet<string> } | undefined;

  /** Reads the lists anew; one reading at a time, so that none puts back what a later one has seen. */
  readonly refresh: () => Promise<void>;
  /** Makes and publishes a list of what is revoked now. */
  readonly publish: () => Promise<void>;

  constructor(deps: CrlsDeps) {
    this.#deps = deps;
    this.refresh = oneAtATime(() => this.#read());
    this.publish = oneAtATime(() => this.#publishSigning());
  }

  async #read(): Promise<void> {
    this.#published = await this.#deps.store.crls();
    this.#bundle = undefined;
  }

  /** The lists of the chain, our own first: agents want one of every CA in it. */
  bundle(): Bundle {
    this.#bundle ??= this.#makeBundle();
    return this.#bundle;
  }

  #makeBundle(): Bundle {
    const lists = this.#ofChain().flatMap(({ list }) => list ?? []);
    const modified = Math.max(0, ...lists.map(({ publishedAt }) => publishedAt.getTime()));
    return { pem: lists.map(({ pem }) => pem).join(""), modifiedAt: new Date(modified) };
  }

  /** Common names of the CAs in the chain that have no list: agents verify nothing then. */
  missing(): string[] {
    return this.#ofChain().flatMap(({ certificate, list }) => (list === undefined ? [certificate.name ?? "?"] : []));
  }

  /** When each list ends, by the name of its issuer. */
  ends(): (readonly [issuer: string, ends: Date])[] {
    return this.#ofChain().flatMap(({ certificate, list }) =>
      list === undefined ? [] : [[certificate.name ?? "", list.nextUpdate] as const],
    );
  }

  /** Signs lists anew that are past half of their life, or lack a revocation. @returns whose */
  async renew(): Promise<string[]> {
    const { authority, revocations } = this.#deps;
    await this.refresh();
    const renewed: string[] = [];
    const { entries } = await revocations.refresh();
    const own = this.#find("signing");
    if (own === undefined || this.#isOld(own) || !this.#covers(own, entries)) {
      await this.publish();
      renewed.push("signing");
    }
    const { root } = authority();
    const rootList = this.#find("root");
    if (root !== undefined && (rootList === undefined || this.#isOld(rootList))) {
      await this.#publishRoot(root, rootList);
      renewed.push("root");
    }
    return renewed;
  }

  /**
   * Takes lists of the chain's other issuers; one that is not newer than ours is passed over.
   * @returns those that were taken, by the issuer's common name
   * @throws request-malformed for what cannot be read, and where no list is of such an issuer
   */
  async take(pem: string): Promise<{ issuer: string; number: bigint }[]> {
    const { store, log, clock } = this.#deps;
    const now = clock.now();
    const known = this.#ofChain().filter(({ id }) => id !== "signing" && id !== "root");
    let found = false;
    const all: { issuer: string; number: bigint }[] = [];
    for (const crl of listsIn(pem)) {
      const of = known.find(({ certificate }) => isListOf(crl, certificate));
      if (of === undefined || crl.isDelta || crl.nextUpdate <= now) continue;
      found = true;
      const { number, thisUpdate, nextUpdate } = crl;
      const taken = await store.publishCrl({ issuer: of.id, number, pem: crl.pem, thisUpdate, nextUpdate }, 0n);
      const issuer = of.certificate.name ?? "?";
      if (taken) all.push({ issuer, number });
      log.info(taken ? "took a revocation list" : "a revocation list was not newer", { issuer, number: `${number}` });
    }
    if (!found) throw new GatehouseError("request-malformed", "No valid CRLs submitted.");
    await this.refresh();
    return all;
  }

  #find(issuer: string): PublishedCrl | undefined {
    return this.#published.find((crl) => crl.issuer === issuer);
  }

  #ofChain() {
    const authority = this.#deps.authority();
    return authority.chain.map((certificate) => {
      const id = issuerId(certificate, authority);
      return { certificate, id, list: this.#find(id) };
    });
  }

  /** Past half of its life, or of the life that lists have now. */
  #isOld({ thisUpdate, nextUpdate }: PublishedCrl): boolean {
    const { clock, crlTtl } = this.#deps;
    const life = Math.min(nextUpdate.getTime() - thisUpdate.getTime(), crlTtl * 1000);
    return clock.now().getTime() >= thisUpdate.getTime() + life / 2;
  }

  #covers({ pem }: PublishedCrl, entries: readonly Revocation[]): boolean {
    if (this.#covered?.pem !== pem) {
      this.#covered = { pem, serials: new Set([...listOf({ pem }).revoked()].map(({ serial }) => serial)) };
    }
    const { serials } = this.#covered;
    return entries.every(({ serial }) => serials.has(serial));
  }

  async #publishSigning(): Promise<void> {
    const { store, clock, sign, authority, revocations, crlTtl, log } = this.#deps;
    for (let tried = 0; tried < TRIES; tried++) {
      const { entries, generation } = await revocations.refresh();
      await this.refresh();
      const last = this.#find("signing");
      if (tried > 0 && last !== undefined && !this.#isOld(last) && this.#covers(last, entries)) return;
      const number = (last?.number ?? 0n) + 1n;
      const { issuer, key } = authority().signing;
      const content = { number, entries: this.#entries.encode(entries), now: clock.now(), lifetimeMs: crlTtl * 1000 };
      const crl = { issuer: "signing", ...(await issueCrl(content, issuer, key, sign)) };
      if (await store.publishCrl(crl, generation)) {
        log.info("published a revocation list", { number: `${number}`, revoked: entries.length });
        await this.refresh();
        return;
      }
    }
    throw new GatehouseError("internal", "The revocation list could not be published.", {
      detail: "another replica was first each time",
    });
  }

  async #publishRoot({ issuer, key }: Signer, last: PublishedCrl | undefined): Promise<void> {
    const { store, clock, sign, crlTtl } = this.#deps;
    const number = (last?.number ?? 0n) + 1n;
    // What stands on an imported list stays there: an intermediate of before, say.
    const entries = new CrlEntries().encode(last === undefined ? [] : [...listOf(last).revoked()]);
    const content = { number, entries, now: clock.now(), lifetimeMs: crlTtl * 1000 };
    await store.publishCrl({ issuer: "root", ...(await issueCrl(content, issuer, key, sign)) }, 0n);
    await this.refresh();
  }
}

function listOf({ pem }: Pick<PublishedCrl, "pem">): Crl {
  const [list] = readCrls(pem);
  if (list === undefined) throw new TypeError("a published list is none");
  return list;
}

function listsIn(pem: string): Crl[] {
  try {
    return readCrls(pem);
  } catch (thrown) {
    if (!(thrown instanceof DerError)) throw thrown;
    throw new GatehouseError("request-malformed", thrown.message, { cause: thrown });
  }
}
