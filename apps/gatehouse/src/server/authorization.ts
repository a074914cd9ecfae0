import type { AuthorizationForOperators } from "@gatehouse/api";
import type { KnownAuthorizationRules, StoredAuthorizationRule } from "@gatehouse/core/access";
import type { Log } from "@gatehouse/http";
import { oneAtATime } from "@gatehouse/pki";
import { createAuthorization, puppetAdapter } from "@gatehouse/puppet";
import { AUTHORIZATION_CHANNEL, createAuthorizationRules, type Database } from "@gatehouse/store";
import type { Config } from "../config/types.js";
import { explainBy } from "./explain-call.js";

/** Changes are known everywhere after this long, also where a notification was lost. */
const REFRESH_MS = 3_000;

/** Who may call what, as this gateway decides it now. */
export interface GatewayAuthorization {
  /** The kept rules, for the adapters. */
  readonly known: KnownAuthorizationRules;
  readonly forOperators: AuthorizationForOperators;
  /** Reads the kept rules, and follows what any gateway changes. @throws database-unavailable */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createGatewayAuthorization({
  config,
  db,
  log,
}: {
  readonly config: Pick<Config, "puppet">;
  readonly db: Database;
  readonly log: Log;
}): GatewayAuthorization {
  const stored = createAuthorizationRules(db);
  let current: readonly StoredAuthorizationRule[] = [];
  let revision: string | undefined;
  const read = oneAtATime(async () => {
    // The number before the list: what changes in between is read once more, and never missed.
    const found = await stored.revision();
    if (found === revision) return;
    current = await stored.list();
    revision = found;
  });
  const known: KnownAuthorizationRules = {
    get current() {
      return current;
    },
  };

  let failing = false;
  // Those that were read last hold until others are read: a database that is away neither opens nor closes anything.
  const refresh = async () => {
    try {
      await read();
      if (failing) log.info("authorization rules are known again");
      failing = false;
    } catch (thrown) {
      if (!failing) log.warn("authorization rules could not be asked for", { reason: (thrown as Error).message });
      failing = true;
    }
  };
  const soon = () => void refresh();
  const changes = db.notifications(AUTHORIZATION_CHANNEL, { onNotice: soon, onGap: () => undefined });
  let timer: NodeJS.Timeout | undefined;

  const puppet = createAuthorization(config.puppet, known);
  const rules = () => puppet.rules.map((rule) => ({ ...rule, protocol: puppetAdapter.id }));
  return {
    known,
    forOperators: {
      list: stored.list,
      async put(rule, by) {
        const put = await stored.put(rule, by);
        await refresh();
        return put;
      },
      async remove(name) {
        const removed = await stored.remove(name);
        await refresh();
        return removed;
      },
      refresh,
      async rules() {
        await read();
        return rules();
      },
      async explain(call) {
        await read();
        const { allowed, rule, why } = explainBy(puppet, call);
        return { allowed, why, rule: rules().find(({ name }) => name === rule) ?? null };
      },
    },
    async start() {
      await read();
      timer = setInterval(soon, REFRESH_MS).unref();
      await changes.listen();
    },
    async stop() {
      clearInterval(timer);
      await changes.close();
    },
  };
}
