import type { ReportError } from "@gatehouse/core/reports";
import type { ReportBody } from "../wire/report.js";
import { bounded, type Json, MESSAGE_LENGTH, objectIn, own, textOf, textsOf } from "./values.js";

/** Errors of one report that are looked at: the submission keeps them all. */
const MOST = 200;

/**
 * The errors that a report speaks of, each once. An item is JSON in a text, with the .NET record as JSON inside it
 * again (wmf5-iis-01 #11), which says nothing more. One that does not parse is its own message.
 * @param status the decoded StatusData: the end report of a failed run has its only word of the failure there
 */
export function errorsSaid(body: ReportBody, status: Json | undefined): ReportError[] {
  const list = Array.isArray(body.Errors) ? body.Errors.slice(0, MOST) : body.Errors;
  const errors = new Map<string, ReportError>();
  for (const error of textsOf(list).map(errorOf)) {
    if (error.message !== "") errors.set(JSON.stringify([error.message, error.resource, error.code]), error);
  }
  const summary = status && textOf(own(status, "Error"), MESSAGE_LENGTH);
  // DSC for Linux says the same in both places (linux-02 #28).
  if (summary !== undefined && ![...errors.values()].some(({ message }) => message === summary)) {
    errors.set("", { message: summary, resource: null, code: null });
  }
  return [...errors.values()];
}

function errorOf(text: string): ReportError {
  const error = objectIn(text);
  const message = error && textOf(own(error, "ErrorMessage"), MESSAGE_LENGTH);
  return {
    message: message ?? bounded(text, MESSAGE_LENGTH).trim(),
    resource: (error && textOf(own(error, "ResourceId"))) ?? null,
    code: (error && textOf(own(error, "ErrorCode"))) ?? null,
  };
}
