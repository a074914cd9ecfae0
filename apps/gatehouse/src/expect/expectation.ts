import type { SourceFile } from "../apply/files.js";
import type { AnyKind } from "./kinds/index.js";

/** Where an expectation stands. */
export interface Place {
  readonly file: SourceFile["shown"];
  readonly line: number | undefined;
}

/** One thing that must happen, or must not, as the files say it. */
export interface Expectation {
  readonly name: string;
  readonly place: Place;
  /** The word of its kind. */
  readonly word: string;
  readonly kind: AnyKind;
  /** What is said of it; its kind's schema has checked it. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Milliseconds from the start. */
  readonly within: number;
  /** Whether it says so itself. */
  readonly saysWithin: boolean;
  /** A moment in ISO 8601. */
  readonly since: "start" | "ever" | { readonly at: string };
  /** How many must fit. */
  readonly least: number;
  /** How many may; infinite where that does not matter. */
  readonly most: number;
}

/** What the files say, and what is to be recorded meanwhile. */
export interface Expectations {
  readonly expectations: readonly Expectation[];
  /** The API's NewRecording each, with where it stands. */
  readonly recordings: readonly { readonly place: Place; readonly spec: Readonly<Record<string, unknown>> }[];
}

/** Whether something has to come; else nothing may, or not too much. */
export const awaits = ({ least }: Pick<Expectation, "least">): boolean => least > 0;
/** Whether it holds only as long as no more come. */
export const isBounded = ({ most }: Pick<Expectation, "most">): boolean => most !== Number.POSITIVE_INFINITY;

/** `exactly 3`, `at least 2`, `none`; empty for one or more. */
export function countText({ least, most }: Pick<Expectation, "least" | "most">): string {
  if (most === 0) return "none";
  if (least === most) return `exactly ${least}`;
  const said = [...(least > 1 ? [`at least ${least}`] : []), ...(Number.isFinite(most) ? [`at most ${most}`] : [])];
  return said.join(", ");
}
