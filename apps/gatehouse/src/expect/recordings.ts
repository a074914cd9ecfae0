import { ApiProblem, type NewRecording, type Recording } from "@gatehouse/client";
import { CommandError, EXIT } from "../command/errors.js";
import { type Api, NoNode } from "./api.js";
import type { Expectation, Expectations } from "./expectation.js";
import type { ExchangeSpec } from "./kinds/exchange.js";

/** Seconds that a recording goes on after the longest expectation, should nobody stop it. */
const SLACK = 60;
const MOST_SECONDS = 30 * 86_400;

/** What records exchanges while expectations are watched. */
export interface Recordings {
  /** Why such exchanges could not all have been seen, in a sentence; undefined where one recording has them. */
  unrecorded(expectation: Pick<Expectation, "spec">): Promise<string | undefined>;
  /** Stops those that were begun here. @returns what could not be stopped, in words */
  stop(): Promise<string[]>;
}

/**
 * Begins what the files say is to be recorded.
 * @throws ApiProblem, CommandError; what had begun by then is stopped
 */
export async function beginRecordings(api: Api, { expectations, recordings }: Expectations): Promise<Recordings> {
  const longest = Math.max(0, ...expectations.map(({ within }) => within)) / 1000;
  const usual = Math.min(MOST_SECONDS, Math.ceil(longest) + SLACK);
  const begun: Recording[] = [];
  /** Recordings that had been on before an expectation began to be watched, by what is expected. */
  const trusted = new Map<object, ReadonlySet<string>>();

  const stop = async () => {
    const faults: string[] = [];
    for (const { id } of begun.splice(0)) {
      try {
        // It may have ended by itself.
        await api.find((client) => client.DELETE("/recordings/{recording}", { params: { path: { recording: id } } }));
      } catch (thrown) {
        if (!(thrown instanceof ApiProblem || thrown instanceof CommandError)) throw thrown;
        faults.push(`The recording ${id} was not stopped, and ends by itself: ${thrown.message}`);
      }
    }
    return faults;
  };

  try {
    for (const { spec, place } of recordings) {
      const body = { seconds: usual, ...spec } as NewRecording;
      try {
        begun.push(await api.ask((client) => client.POST("/recordings", { body })));
      } catch (thrown) {
        if (!(thrown instanceof ApiProblem) || thrown.status >= 500 || thrown.status === 401 || thrown.status === 403)
          throw thrown;
        const advice =
          thrown.code === "not-found" ? " What is not there yet is recorded by its `from` or `protocol`." : "";
        throw new CommandError(
          `${place.file}:${place.line ?? 1}: the recording cannot begin: ${thrown.title}${advice}`,
          thrown.code === "request-malformed" ? EXIT.usage : EXIT.failed,
        );
      }
    }
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  const own = new Set(begun.map(({ id }) => id));

  return {
    stop,
    unrecorded: async (expectation) => {
      const spec = expectation.spec as ExchangeSpec;
      const [nodeId, all] = await Promise.all([
        spec.node === undefined ? undefined : idOf(api, spec.node),
        api.ask((client) => client.GET("/recordings")).then((found) => found.recordings),
      ]);
      const covering = all.filter((one) => covers(one, spec, nodeId, own.has(one.id)));
      const on = covering.filter(({ state }) => state === "on");
      const before = trusted.get(expectation);
      if (before === undefined) trusted.set(expectation, new Set(on.map(({ id }) => id)));
      if (before === undefined ? on.length > 0 : on.some(({ id }) => before.has(id))) return undefined;
      const ended = covering.find(({ id, state }) => state !== "on" && (before?.has(id) ?? own.has(id)));
      if (ended !== undefined) return endedText(ended);
      return "Nothing records such exchanges: say `record` at the top of the file, or gatehouse exchange record.";
    },
  };
}

/** Undefined where there is no such node yet. */
async function idOf(api: Api, node: string): Promise<string | undefined> {
  try {
    return (await api.node(node)).id;
  } catch (thrown) {
    if (thrown instanceof NoNode) return undefined;
    throw thrown;
  }
}

/**
 * Whether a recording has every exchange that could fit. One of a group never has all of a fleet's, as far as we can
 * tell; of one that was begun for these expectations it is what their author means.
 */
export function covers(
  { spec }: Pick<Recording, "spec">,
  expected: ExchangeSpec,
  nodeId: string | undefined,
  isOwn: boolean,
): boolean {
  const route = expected.route ?? "";
  const least = expected.status ?? expected.leastStatus ?? 100;
  return (
    (spec.nodeId === undefined || spec.nodeId === nodeId) &&
    (spec.group === undefined || isOwn) &&
    (spec.protocol === undefined || spec.protocol === expected.protocol || route.startsWith(`${spec.protocol}.`)) &&
    (spec.route === undefined || route.startsWith(spec.route)) &&
    (spec.from === undefined || spec.from === expected.from) &&
    (spec.leastStatus === undefined || spec.leastStatus <= least)
  );
}

function endedText({ id, name, state, recorded }: Recording): string {
  const why = { full: `was full after ${recorded} exchanges`, over: "came to its end", stopped: "was stopped", on: "" }[
    state
  ];
  return `The recording ${name ?? id} ${why}: what went over the wire since is not known.`;
}
